import Foundation
import GANs
import Images
import Studio
import TestSupport
import Testing

@Suite struct TranslationNetworkTests {
    private func request(seed: UInt64 = 1, patches: Bool = false) throws -> TranslationRequest {
        let json = #"{"number":1,"checkpoint":"","seed":\#(seed),"patches":\#(patches)}"#
        return try JSONDecoder().decode(TranslationRequest.self, from: Data(json.utf8))
    }

    /// Saves an untrained model of a kind of data, of 32 pixels, and opens it.
    private func withNetwork(
        of data: DataRequirement,
        _ body: (TranslationNetwork, any TranslationModelConfiguration) throws -> Void
    ) throws {
        let type = try #require(ModelRegistry.first(learningFrom: data))
        var model = type.init(
            suiting: DataTraits(
                size: 32, channels: 3, count: 10, labels: LabelSet(names: ["ground", "figure", "rim"])))
        if var narrow = model as? any WidthConfigurable {
            narrow.width = 4
            model = narrow
        }
        let configuration = try #require(model as? any TranslationModelConfiguration)
        try withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            try Trainer(TrainingConfiguration(model)).save(to: path)
            try body(TranslationNetwork(path: path, nil), configuration)
        }
    }

    @Test(arguments: [DataRequirement.pairs, .domains, .labelMaps])
    func `a network translates, and scores patches where it can`(data: DataRequirement) throws {
        try withNetwork(of: data) { network, configuration in
            let channels = configuration.labels == nil ? 3 : 1
            let input = Image(
                width: 32, height: 32, channels: channels,
                pixels: (0..<32 * 32 * channels).map { UInt8($0 % 3) })
            let made = try network.images(of: input, style: nil, request(patches: true))
            #expect(made.count == (network.scoresPatches ? 2 : 1))
            #expect(made.allSatisfy { $0.width == 32 && $0.height == 32 && $0.channels == 3 })
            #expect(try network.images(of: input, style: nil, request()) == Array(made.prefix(1)))
        }
    }

    @Test func `labels that the network does not know are refused`() throws {
        try withNetwork(of: .labelMaps) { network, _ in
            let map = Image(width: 2, height: 2, channels: 1, pixels: [0, 1, 2, 3])
            #expect(throws: ConfigurationError.self) { try network.images(of: map, style: nil, request()) }
        }
    }

    @Test func `an image is enlarged, but none that takes minutes`() throws {
        try withNetwork(of: .crops) { network, configuration in
            let scale = try #require(configuration as? any EnlargingModelConfiguration).scale
            let small = Image(width: 5, height: 4, color: [9, 9, 9])
            let made = try network.images(of: small, style: nil, request())
            #expect(made[0].width == 5 * scale && made[0].height == 4 * scale)
            let large = Image(width: 1000, height: 1000, color: [9, 9, 9])
            #expect(throws: ConfigurationError.self) { try network.images(of: large, style: nil, request()) }
        }
    }

    @Test func `examples fit models of avatars`() throws {
        for (example, channels) in [
            (TranslationExample.labels, 1), (.outline, 1), (.day, 3), (.night, 3), (.small, 3),
        ] {
            let image = example.image(number: 3, size: 32)
            #expect(image.width == 32 && image.channels == channels)
            #expect(image != example.image(number: 4, size: 32))
        }
    }
}
