import Checkpoints
import GANs
import TestSupport
import Testing

@Suite struct FeatureNetworkTests {
    private static func avatars(_ range: Range<UInt64>, size: Int = 32) -> [Image] {
        range.map { Avatar.image(seed: 9, index: $0, size: size) }
    }

    /// Blurred by the separable filter (1 2 1) / 4, some times.
    private static func blurred(_ images: [Image], times: Int) -> [Image] {
        GANs.images((0..<times).reduce(Tensor(images)) { tensor, _ in tensor.blurred() })
    }

    @Test func `random features tell blurred images, the more the blurrier`() throws {
        let network = RandomFeatures(side: 32)
        let images = Self.avatars(0..<600)
        let features = KernelSet(try network.features(of: Array(images[..<300])))
        let distances = try [0, 1, 3, 8].map { times in
            try KernelDistance(
                reals: features,
                fakes: KernelSet(network.features(of: Self.blurred(Array(images[300...]), times: times))))
        }
        #expect(abs(distances[0].value) < 4 * distances[0].standardError)
        for (less, more) in zip(distances, distances.dropFirst()) {
            #expect(more.value > less.value + 2 * less.standardError)
        }
    }

    @Test func `more contrast counts for less than a blur, and pale images show`() throws {
        let network = RandomFeatures(side: 32)
        let images = Self.avatars(0..<600)
        let reals = KernelSet(try network.features(of: Array(images[..<300])))
        func distance(_ change: (Tensor) -> Tensor) throws -> KernelDistance {
            let changed = GANs.images(change(Tensor(Array(images[300...]))))
            return try KernelDistance(reals: reals, fakes: KernelSet(network.features(of: changed)))
        }
        func contrast(_ factor: Scalar) throws -> KernelDistance {
            try distance { images in
                let mean = images.mean(axes: [1, 2, 3], keepingAxes: true)
                return mean + (images - mean) * factor
            }
        }
        let blurred = try distance { $0.blurred().blurred().blurred() }
        #expect(try contrast(1.25).value < blurred.value / 2)
        let pale = try contrast(0.2)
        #expect(pale.value > 5 * pale.standardError, "\(pale) beside \(blurred)")
    }

    @Test func `how images were shrunk does not count`() throws {
        let network = RandomFeatures(suitingWidth: 64, height: 64)
        let images = Self.avatars(0..<600, size: 128)
        let boxes = GANs.images(Tensor(Array(images[..<300])).averagePooled())
        let triangles = images[300...].map { $0.resized(width: 64, height: 64) }
        let distance = try KernelDistance(
            reals: KernelSet(network.features(of: boxes)), fakes: KernelSet(network.features(of: triangles)))
        #expect(abs(distance.value) < 4 * distance.standardError, "\(distance)")
    }

    @Test func `random features are the same for an image, whatever stands beside it`() throws {
        let network = RandomFeatures(suitingWidth: 40, height: 35)
        #expect(network.side == 32 && network.name == "3 random networks at 32x32 and half of it")
        let images = Self.avatars(0..<70, size: 40)
        let all = try network.features(of: images)
        #expect(all.count == 70 && all.dimension == network.dimension)
        let some = try network.features(of: Array(images[60..<70]))
        #expect(some.values == all.subset(Array(60..<70)).values)
        #expect(try network.features(of: images).values == all.values)
        #expect(try RandomFeatures(side: 32, seeds: 3..<6).features(of: images).values != all.values)
        #expect(RandomFeatures(suitingWidth: 8, height: 500).side == 16)
        #expect(RandomFeatures(suitingWidth: 100, height: 500).side == 32)
    }

    @Test func `gray stands for all colors, and transparency shows white`() throws {
        let network = RandomFeatures(side: 16)
        let gray = Self.avatars(0..<2, size: 16).map { $0.converted(toChannels: 1) }
        let colored = gray.map { $0.converted(toChannels: 3) }
        let opaque = colored.map { $0.converted(toChannels: 4) }
        let expected = try network.features(of: colored).values
        #expect(try network.features(of: gray).values == expected)
        #expect(try network.features(of: opaque).values == expected)
        let clear = opaque.map { image in
            var image = image
            for pixel in 0..<256 { image.pixels[4 * pixel + 3] = 0 }
            return image
        }
        let white = Image(width: 16, height: 16, color: [255, 255, 255])
        #expect(try network.features(of: clear).values == network.features(of: [white, white]).values)
    }

    @Test func `VGG19 has 512 features of images of any size`() throws {
        try withTemporaryFolder { folder in
            try PassingClassifier.write(to: folder + "/vgg.safetensors")
            let network = try VGG19FeatureNetwork(path: folder + "/vgg.safetensors")
            let features = try network.features(of: Self.avatars(0..<3, size: 16))
            #expect(features.dimension == 512 && features.count == 3)
            let error = #expect(throws: ConfigurationError.self) {
                try VGG19FeatureNetwork(path: folder + "/none.safetensors")
            }
            #expect(error?.setting == "features")
        }
    }

    @Test func `images of a data set are measured whole`() throws {
        let images = Self.avatars(0..<40, size: 16)
        let dataset = try Dataset(InMemoryImages(images), format: ImageFormat(size: 16, channels: 3))
        let network = RandomFeatures(side: 16)
        var steps: [String] = []
        let quality = try ImageQuality(of: 30, beside: dataset, by: network) { progress in
            switch progress {
            case .reals(let done, let total): steps.append("\(done) of \(total) reals")
            case .fakes(let done, let total): steps.append("\(done) of \(total) fakes")
            case .comparing(let done, let total): if done == total { steps.append("all pairs") }
            }
        } generate: { indices in
            indices.map { images[$0] }
        }
        #expect(steps == ["40 of 40 reals", "30 of 30 fakes", "all pairs"])
        #expect(quality.measures.neighbors.copies == 1 && quality.measures.neighbors.precision == 1)
        #expect(quality.reals == 40 && quality.fakes == 30 && quality.dimension == network.dimension)
        let cached = try ImageQuality(
            of: 30, beside: dataset, by: network, realFeatures: network.features(of: dataset)
        ) { indices in
            indices.map { images[$0] }
        }
        #expect(cached == quality)
    }
}
