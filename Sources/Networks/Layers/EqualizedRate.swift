import Tensors

/// Weights that are drawn as standard normal numbers and scaled when they are used, so that an optimizer which
/// normalizes gradients, such as Adam, changes all layers at the same speed.
///
/// The weight used is `weight gain multiplier / sqrt(fan in)`, the bias `bias multiplier`; weights are drawn
/// with deviation `1 / multiplier`.
///
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 4.1; the multiplier Karras et al. 2019,
///   appendix C.
public struct EqualizedRate: Hashable, Sendable {
    /// What a layer multiplies the activations' deviation by; the root of two makes up for a rectifier.
    public var gain: Double
    /// How much slower than others the layer learns.
    public var multiplier: Double
    /// Whether the gain is the bias's, too: as if what a rectifier behind makes were multiplied by it.
    ///
    /// - Source: Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN", as published with
    ///   the paper.
    public var gainsBias: Bool

    public init(gain: Double = 2.0.squareRoot(), multiplier: Double = 1, gainsBias: Bool = false) {
        (self.gain, self.multiplier, self.gainsBias) = (gain, multiplier, gainsBias)
    }

    var initializer: Initializer { .normal(deviation: 1 / multiplier) }

    /// - Shapes: `[outputs, inputs, ...]`
    func weightScale(of weight: Shape) -> Scalar {
        let fanIn = weight.dimensions.dropFirst().reduce(1, *)
        return Scalar(gain * multiplier / Double(max(1, fanIn)).squareRoot())
    }

    var biasScale: Scalar { Scalar(gainsBias ? gain * multiplier : multiplier) }
}
