/// PyTorch's example has the same layers under the same names. Its discriminator ends with a sigmoid, which the
/// adversarial loss has here.
///
/// - Source: https://github.com/pytorch/examples, `dcgan/main.py`.
extension DCGAN: WeightImporting {
    /// Of PyTorch's example.
    public static let importedLayouts = "netG and netD of PyTorch's DCGAN example"

    /// The generator has BatchNorm behind its first layer, the discriminator behind its second.
    public static func player(of tensors: PublishedTensors) -> Phase.Player? {
        guard tensors["main.0.weight"]?.count == 4 else { return nil }
        if tensors["main.1.weight"]?.count == 1 { return .generator }
        return tensors["main.2.weight"]?.count == 4 ? .discriminator : nil
    }

    /// Takes sizes from the weights of the convolutions.
    public mutating func adopt(
        _ player: Phase.Player, _ tensors: PublishedTensors
    ) throws(ConfigurationError) {
        func name(_ layer: Int) -> String {
            "main.\(player == .generator ? 3 * layer : max(0, 3 * layer - 1)).weight"
        }
        // The last one of the discriminator keeps no more than a score.
        let layers = tensors.count(name)
        guard (3...8).contains(layers) else {
            throw ConfigurationError("it has \(layers) convolutions, which are of no size that is known")
        }
        size = ImageSize(2 << layers)
        if player == .generator {
            latentSize = try tensors.extent(0, of: name(0))
            width = try tensors.extent(0, of: name(layers - 1))
            channels = try tensors.extent(1, of: name(layers - 1))
        } else {
            width = try tensors.extent(0, of: name(0))
            channels = try tensors.extent(1, of: name(0))
        }
    }
}
