import Networks

/// The published residual generators with instance normalization have the same layers under the same names; dropout in
/// their blocks, which is not used after training, moves the numbers of what is behind it.
extension CycleGAN: WeightImporting {
    /// Of the published implementation in PyTorch.
    public static let importedLayouts = "ResNets and PatchGANs of pytorch-CycleGAN-and-pix2pix"

    /// The generator has residual blocks.
    public static func player(of tensors: PublishedTensors) -> Phase.Player? {
        if tensors["model.10.conv_block.1.weight"]?.count == 4 { return .generator }
        return tensors["model.model.0.weight"] == nil && tensors.arePatchGAN ? .discriminator : nil
    }

    /// Takes channels from the outermost weights, and the size from the number of blocks, as published.
    public mutating func adopt(
        _ player: Phase.Player, _ tensors: PublishedTensors
    ) throws(ConfigurationError) {
        guard player == .generator else { return try adoptPatchGAN(tensors) }
        guard tensors["model.2.weight"] == nil else {
            throw ConfigurationError(
                "its generator has batch normalization (--norm batch); the one here normalizes image by image"
            )
        }
        blocks = tensors.count { "model.\(10 + $0).conv_block.1.weight" }
        inputChannels = try tensors.extent(1, of: "model.1.weight")
        width = try tensors.extent(0, of: "model.1.weight")
        outputChannels = try tensors.extent(0, of: "model.\(10 + blocks + 7).weight")
        size = blocks <= 6 ? 128 : 256
    }

    /// Behind dropout a block's second convolution has a number more.
    public func origin(
        of name: String, _ shape: [Int], _ player: Phase.Player, in tensors: PublishedTensors
    ) -> TensorOrigin {
        let shifted = name.replacing(".conv_block.5.", with: ".conv_block.6.")
        return TensorOrigin(player == .generator && tensors[shifted] != nil ? shifted : name, shape)
    }

    /// Statistics that early versions of PyTorch kept of images that are normalized one by one, and do not use.
    public static func leavesOut(_ name: String) -> Bool {
        [".running_mean", ".running_var", ".num_batches_tracked"].contains { name.hasSuffix($0) }
    }
}
