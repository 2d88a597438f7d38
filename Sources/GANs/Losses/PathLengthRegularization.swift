import Networks
import Tensors

/// Path-length regularization of a style-based generator: a step of fixed size in its styles shall
/// change the image by a fixed amount, whatever the style and the direction.
///
/// `weight E (|J^T y| - a)^2`, where J is the image's derivative in the style, y are standard normal numbers
/// divided by the image's width, and a follows the mean of the lengths as a moving average. Of the styles of
/// several layers `|.|^2` is the mean over the layers.
///
/// - Source: Karras et al. 2020 (arXiv:1912.04958), section 3.2 and appendix B, as published with the
///   paper: weight 2 every 4 steps, of half as many images as in a batch; the average moves by a hundredth.
public struct PathLengthRegularization: Codable, Hashable, Sendable {
    /// The factor of the penalty, 2 by default.
    public var weight: Double
    /// Steps from one application to the next, where it is so much stronger.
    public var interval: Int
    /// How much of the way to the new mean length the average goes.
    public var averageWeight: Double
    /// Images of a batch for each one whose length is taken.
    public var batchShrink: Int

    /// The published settings, unless said otherwise.
    public init(
        weight: Double = 2, interval: Int = 4, averageWeight: Double = 0.01, batchShrink: Int = 2
    ) {
        (self.weight, self.interval) = (weight, interval)
        (self.averageWeight, self.batchShrink) = (averageWeight, batchShrink)
    }

    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("pathLength", weight, in: 0...1e9)
        try ConfigurationError.check("pathLengthInterval", interval, in: 1...1000)
        try ConfigurationError.check("pathLengthAverage", averageWeight, in: 0...1)
        try ConfigurationError.check("pathLengthShrink", batchShrink, in: 1...4096)
    }

    /// The penalty in a step, with as many times its weight as there are steps from one to the next; moves the
    /// context's average.
    ///
    /// - Differentiable: in the generator's parameters.
    func penalty(_ generator: any StyleGenerator, _ context: StepContext) -> Tensor {
        let count = max(1, context.reals.shape[0] / batchShrink)
        let latents = Tensor.normal(eachImage: [count, context.inputs.shape[1]], from: &context.noise)
        var directions = context.noise
        let lengths = context.regularizing(count) { context in
            generator.pathLengths(
                ofStyles: generator.layerStyles(of: latents, context), noise: .drawn, context
            ) { shape in Tensor.normal(eachImage: shape, from: &directions) / Scalar(shape[1]) }
        }
        context.noise = directions
        let mean = Shards.mean(Double(lengths.mean().scalar))
        context.pathLength += (mean - context.pathLength) * averageWeight
        return (lengths - Scalar(context.pathLength)).squared().mean() * Scalar(weight * Double(interval))
    }
}

extension StyleGenerator {
    /// `|J^T y|` of each image, where J is its derivative in the layers' styles.
    ///
    /// - Shapes: for each layer styles `[n, styleSize]`, to `[n]`; at least one of them a variable or recorded.
    /// - Differentiable: to any order, in the parameters and in what the styles were made of.
    /// - Parameter direction: y, of the images' shape.
    public func pathLengths(
        ofStyles styles: [Tensor], noise: StyleNoise, _ context: ForwardContext,
        direction: (Shape) -> Tensor
    ) -> Tensor {
        let count = styles[0].shape[0]
        // One tensor to differentiate by: several layers may have the very same style.
        let all = Tensor.concatenated(styles, axis: 0)
        let images = images(
            fromStyles: styles.indices.map { all.sliced(axis: 0, $0 * count..<($0 + 1) * count) },
            noise: noise, context)
        let slopes = gradients(
            of: (images * direction(images.shape)).sum(), withRespectTo: [all], createGraph: true)[0]
        let squares = slopes.squared().sum(axes: [1]).reshaped([styles.count, count]).mean(axes: [0])
        // The small number keeps the root's gradient finite where an image does not change at all.
        return (squares + 1e-12).squareRoot()
    }
}
