import Checkpoints
import TestSupport
import Testing

/// Files that PyTorch wrote are read as PyTorch reads them.
@Suite struct WeightFileTests {
    @Test(arguments: [("types.pt", [String]()), ("types_legacy.pt", ["state_dict"])])
    func `tensors of all types and strides hold what PyTorch put there`(
        name: String, keys: [String]
    ) throws {
        let golden = try Golden.load("imports/outputs")
        let file = try WeightFile(path: Golden.fixture("imports/" + name))
        let dictionary = try #require(file.dictionaries.first)
        #expect(file.dictionaries.count == 1 && dictionary.keys == keys)
        #expect(dictionary.tensors.count == 16)
        for (name, tensor) in dictionary.tensors {
            let expected = golden["types." + name]
            #expect(tensor.shape == expected.shape, "\(name)")
            switch tensor.type {
            case .float64: #expect(try file.values(of: tensor, named: name) == expected.values, "\(name)")
            case .float32, .float16, .bfloat16:
                #expect(
                    try file.values(of: tensor, named: name) == expected.values.map { Float($0) }, "\(name)")
            case .bool:
                #expect(throws: CheckpointError.self) {
                    _ = try file.values(of: tensor, named: name, as: Int.self)
                }
            default:
                #expect(
                    try file.values(of: tensor, named: name) == expected.values.map { Int($0) }, "\(name)")
            }
        }
    }

    @Test func `networks are found under whatever keys`() throws {
        func keys(_ name: String) throws -> [[String]] {
            try WeightFile(path: Golden.fixture("imports/" + name)).dictionaries.map(\.keys)
        }
        #expect(try keys("netG.pth") == [[]])
        #expect(try keys("dcgan.pt") == [["netG"], ["netD"]])
        #expect(try keys("rrdb_x2plus.pth") == [["params"], ["params_ema"]])
        #expect(try keys("stylegan2_ada.pkl") == [["G"], ["D"], ["G_ema"]])
        #expect(try keys("../python_safetensors.safetensors") == [[]])
    }

    @Test func `a network of StyleGAN2-ADA has the names of its state dict`() throws {
        let file = try WeightFile(path: Golden.fixture("imports/stylegan2_ada.pkl"))
        let average = try #require(file.dictionaries.first { $0.keys == ["G_ema"] })
        let mean = try #require(average.tensors["mapping.w_avg"])
        let golden = try Golden.load("imports/outputs")
        #expect(
            try file.values(of: mean, named: "mapping.w_avg")
                == golden["stylegan2.mean"].values.map { Float($0) })
        #expect(average.tensors["synthesis.b16.conv0.affine.weight"]?.shape == [8, 6])
        #expect(average.tensors["synthesis.b16.conv0.noise_strength"]?.shape == [])
    }
}
