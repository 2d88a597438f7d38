import Tensors

/// Equalized learning rate: weights are drawn as standard normal numbers and scaled at run time, so that an
/// optimizer that normalizes gradients, such as Adam, changes all layers at the same speed.
///
/// The weight used is `weight gain multiplier / sqrt(fan in)`, the bias `bias multiplier`; weights are drawn
/// with deviation `1 / multiplier`.
///
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 4.1; the multiplier Karras et al.
///   2019, appendix C.
public struct EqualizedRate: Hashable, Sendable {
    /// The factor by which a layer scales the standard deviation of activations; the root of 2 makes up for a
    /// ReLU.
    public var gain: Double
    /// The learning-rate multiplier of the layer.
    public var multiplier: Double
    /// Whether the gain applies to the bias too, as if the output of the following ReLU were scaled by it.
    ///
    /// - Source: Karras et al. 2020 (arXiv:1912.04958), the code published with the paper.
    public var gainsBias: Bool

    /// Creates a scaling; by default that of a layer before a ReLU, with the learning rate of the others.
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
