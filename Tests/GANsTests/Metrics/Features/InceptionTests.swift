import Checkpoints
import GANs
import TestSupport
import Testing

/// Inception's features beside those of pytorch-fid's class, whose weights `Tools/golden/inception.py` gives
/// by the same formula.
@Suite struct InceptionTests {
    /// In [-1, 1): a hash of a tensor's name and each number's place.
    private static func number(_ start: UInt32, _ index: Int) -> Double {
        var x = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B9 &+ start
        x ^= x >> 16
        x &*= 0x85EB_CA6B
        x ^= x >> 13
        x &*= 0xC2B2_AE35
        x ^= x >> 16
        return Double(x >> 8) / 0x1p23 - 1
    }

    private static func checksum(_ name: String) -> UInt32 {
        ~name.utf8.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in (value >> 1) ^ (value & 1 == 1 ? 0xEDB8_8320 : 0)
            }
        }
    }

    private static func fill(_ tensor: Tensor, _ name: String) {
        if !tensor.isAllocated { tensor.allocate() }
        let start = checksum(name)
        let bound = (6 / Double(tensor.shape.count / tensor.shape[0])).squareRoot()
        let isScale = name.hasSuffix("bn.weight") || name.hasSuffix("running_var")
        tensor.withMutableScalars { scalars in
            for index in scalars.indices {
                let number = number(start, index)
                let value =
                    name.hasSuffix("conv.weight") ? number * bound : isScale ? 1 + number / 2 : number / 4
                scalars[index] = Scalar(Float(value))
            }
        }
    }

    private static func network() -> InceptionV3 {
        var source = ParameterSource.counting
        let network = InceptionV3(from: &source)
        for entry in network.state {
            switch entry.value {
            case .parameter(let parameter): fill(parameter.value, entry.name)
            case .buffer(let buffer): fill(buffer.value, entry.name)
            case .counter: break
            }
        }
        return network
    }

    /// Without the counters of training batches, as older files are.
    private static func write(_ network: InceptionV3, to path: String, leavingOut: String = "") throws {
        let entries = network.state.compactMap { entry -> TensorEntry? in
            let tensor: Tensor
            switch entry.value {
            case .parameter(let parameter): tensor = parameter.value
            case .buffer(let buffer): tensor = buffer.value
            case .counter: return nil
            }
            guard entry.name != leavingOut else { return nil }
            return TensorEntry(
                name: entry.name, shape: tensor.shape.dimensions, values: tensor.scalars.map { Float($0) })
        }
        try SafetensorsFile.write(entries, to: path)
    }

    @Test func `features are pytorch-fid's, from a file, too`() throws {
        let golden = try Golden.load("inception")
        let input = golden.tensor("input").affine(scale: 2, shift: -1)
        let network = Self.network()
        let features = InceptionFeatures(network).features(of: input)
        #expect(features.shape == [2, 2048])
        expectClose(features.scalars, golden["output"].values, absolute: 1e-4, relative: 1e-4)
        try withTemporaryFolder { folder in
            let path = folder + "/inception.safetensors"
            try Self.write(network, to: path)
            #expect(try InceptionFeatures(path: path).features(of: input).scalars == features.scalars)
        }
    }

    @Test func `a file without all weights is refused`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/inception.safetensors"
            try SafetensorsFile.write(
                [TensorEntry(name: "Conv2d_1a_3x3.conv.weight", shape: [1], values: [Float(0)])], to: path)
            let error = #expect(throws: ConfigurationError.self) { try InceptionFeatures(path: path) }
            #expect(error?.setting == "features" && error?.value == "inception \(path)")
            #expect(error?.requirement.contains("pytorch-fid") == true)
        }
    }

    @Test func `names and shapes are the release's`() {
        var source = ParameterSource.counting
        let state = InceptionV3(from: &source).state
        let shapes = Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.shape.dimensions) })
        // 94 convolutions, each with five tensors of its normalization.
        #expect(state.count == 94 * 6)
        #expect(shapes["Conv2d_1a_3x3.conv.weight"] == [32, 3, 3, 3])
        #expect(shapes["Mixed_6b.branch7x7_2.conv.weight"] == [128, 128, 1, 7])
        #expect(shapes["Mixed_7c.branch3x3dbl_3b.bn.running_var"] == [384])
    }
}
