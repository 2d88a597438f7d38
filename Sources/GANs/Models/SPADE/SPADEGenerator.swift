import Images
import Networks
import Tensors

/// Makes images from label maps: residual blocks with spatially-adaptive normalization by the labels, from
/// 8x8 pixels to the whole, doubled in between.
///
/// It begins with a convolution of the label map itself, or else with a style, which is drawn unless it is given.
/// Channels are those of the last block, doubled with every halving of the size, up to 16 times; names, shapes and
/// layouts of the parameters are those of the published implementation in PyTorch.
///
/// - Shapes: labels one-hot `[n, h, w, labelChannels]` to `[n, h, w, outputChannels]` in [-1, 1]; h and w multiples
///   of `sideMultiple`.
/// - Differentiable: to any order.
/// - Source: Park et al. 2019, "Semantic image synthesis with spatially-adaptive normalization", appendix A.
public final class SPADEGenerator: StyledLayer {
    /// Length of a style; nil to begin with the label map.
    let styleSize: Int?
    private let start: any Layer
    private let blocks: [(step: SPADEPlan.Step, block: SPADEBlock)]
    private let lastConvolution: Conv2d
    private let plan: SPADEPlan

    /// - Parameters:
    ///   - size: that it is trained on: sides of 16 to 512 pixels, multiples of 16.
    ///   - width: channels at full size; half of those between the convolutions of a label map.
    ///   - styleSize: nil to begin with the label map.
    ///   - source: where the first values come from.
    public init(
        size: ImageSize, labelChannels: Int, outputChannels: Int, width: Int, styleSize: Int?,
        from source: inout ParameterSource
    ) {
        let plan = SPADEPlan(size: size, width: width)
        let channels = plan.steps[0].inputs
        if let styleSize {
            let first = plan.start
            start = Sequential([
                Linear(
                    inputFeatures: styleSize, outputFeatures: channels * first.pixelCount,
                    initializer: spadeInitializer, from: &source),
                Reshape(height: first.height, width: first.width, channels: channels),
            ])
        } else {
            start = Conv2d(
                inputChannels: labelChannels, outputChannels: channels, kernelSize: 3, padding: 1,
                initializer: spadeInitializer, from: &source)
        }
        blocks = plan.steps.map { step in
            (
                step,
                SPADEBlock(
                    inputChannels: step.inputs, outputChannels: step.outputs, labelChannels: labelChannels,
                    hiddenChannels: plan.hiddenChannels, from: &source)
            )
        }
        lastConvolution = Conv2d(
            inputChannels: plan.steps[plan.steps.count - 1].outputs, outputChannels: outputChannels,
            kernelSize: 3, padding: 1, initializer: spadeInitializer, from: &source)
        (self.plan, self.styleSize) = (plan, styleSize)
    }

    /// Names as in the published implementation.
    public var members: [(name: String, part: Any)] {
        // PyTorch's linear layer stands alone.
        let first: Any = (start as? Sequential)?.layers[0] ?? start
        return [("fc", first)] + blocks.map { ($0.step.name, $0.block) } + [("conv_img", lastConvolution)]
    }

    /// The images of label maps, in styles that are drawn where the network takes one.
    public func callAsFunction(_ labels: Tensor, _ context: ForwardContext) -> Tensor {
        let style = styleSize.map { Tensor.normal(eachImage: [labels.shape[0], $0], from: &context.random) }
        return callAsFunction(labels, style: style, context)
    }

    /// - Parameter style: `[n, styleSize]`, where the generator takes one.
    public func callAsFunction(_ labels: Tensor, style: Tensor?, _ context: ForwardContext) -> Tensor {
        let multiple = plan.sideMultiple
        require(
            labels.shape.rank == 4 && labels.shape[1] % multiple == 0 && labels.shape[2] % multiple == 0,
            "SPADEGenerator: labels \(labels.shape) are not [n, h, w, c], h and w multiples of \(multiple)")
        require(
            style?.shape == styleSize.map { [labels.shape[0], $0] },
            "SPADEGenerator: the style \(style?.shape ?? []) does not fit labels \(labels.shape)")
        let (height, width) = (labels.shape[1] / multiple, labels.shape[2] / multiple)
        func map(like activations: Tensor) -> Tensor {
            labels.nearestResized(height: activations.shape[1], width: activations.shape[2])
        }
        // A style's start is of one size; for images of another its pixels are stretched.
        var x =
            style.map { start($0, context).nearestResized(height: height, width: width) }
            ?? start(labels.nearestResized(height: height, width: width), context)
        for (step, block) in blocks {
            if step.isDoubledBefore { x = x.upsampled() }
            x = block(x, labels: map(like: x), context)
        }
        return lastConvolution(x.leakyReLU(slope: 0.2), context).tanh()
    }
}

/// Which blocks a generator has.
///
/// For images of 256 pixels they are the published ones; for smaller ones those of the last sizes, so that all
/// begin at 8x8, and for 512 the published "more upsampling".
struct SPADEPlan {
    struct Step {
        let name: String
        let isDoubledBefore: Bool
        let inputs: Int
        let outputs: Int
    }

    /// Of what the blocks begin with: 8x8 of squares.
    let start: ImageSize
    let steps: [Step]
    /// Between the convolutions of a label map: 128 at the published width of 64.
    let hiddenChannels: Int
    /// What height and width of an image are multiples of.
    let sideMultiple: Int

    init(size: ImageSize, width: Int) {
        start = size.map(at: 8)
        let doublings = size.doublings - 1
        let halvings = min(doublings - 1, 4)
        let channels = width << halvings
        func step(_ name: String, _ isDoubled: Bool, _ inputs: Int, _ outputs: Int) -> Step {
            Step(name: name, isDoubledBefore: isDoubled, inputs: inputs, outputs: outputs)
        }
        steps =
            [
                step("head_0", false, channels, channels), step("G_middle_0", true, channels, channels),
                step("G_middle_1", doublings - halvings == 2, channels, channels),
            ] + (0..<halvings).map { step("up_\($0)", true, channels >> $0, channels >> ($0 + 1)) }
        hiddenChannels = 2 * width
        sideMultiple = 1 << doublings
    }
}

/// The published first values; the paper's are normal, these uniform with the same deviation.
let spadeInitializer = Initializer.xavierUniform(gain: 0.02)

/// Adds to its input what two convolutions make of it, each behind a spatially-adaptive normalization by the
/// labels. Where the channels differ, the input goes through a third one.
///
/// - Shapes: `[n, h, w, inputs]` with labels `[n, h, w, labelChannels]` to `[n, h, w, outputs]`.
final class SPADEBlock: Module {
    private let norms: [SpatiallyAdaptiveNorm2d]
    private let convolutions: [Conv2d]

    init(
        inputChannels: Int, outputChannels: Int, labelChannels: Int, hiddenChannels: Int,
        from source: inout ParameterSource
    ) {
        let middle = min(inputChannels, outputChannels)
        var layers = [(inputChannels, middle, 3), (middle, outputChannels, 3)]
        if inputChannels != outputChannels { layers.append((inputChannels, outputChannels, 1)) }
        convolutions = layers.map { inputs, outputs, kernel in
            Conv2d(
                inputChannels: inputs, outputChannels: outputs, kernelSize: kernel, padding: kernel / 2,
                hasBias: kernel > 1, initializer: spadeInitializer, spectrallyNormalized: true, from: &source)
        }
        norms = layers.map { inputs, _, _ in
            SpatiallyAdaptiveNorm2d(
                channels: inputs, labelChannels: labelChannels, hiddenChannels: hiddenChannels,
                initializer: spadeInitializer, from: &source)
        }
    }

    var members: [(name: String, part: Any)] {
        let names = ["0", "1", "s"]
        return zip(names, convolutions).map { ("conv_" + $0, $1) }
            + zip(names, norms).map { ("norm_" + $0, $1) }
    }

    func callAsFunction(_ input: Tensor, labels: Tensor, _ context: ForwardContext) -> Tensor {
        func layer(_ index: Int, _ x: Tensor, slope: Scalar) -> Tensor {
            convolutions[index](norms[index](x, labels: labels, context).leakyReLU(slope: slope), context)
        }
        let change = layer(1, layer(0, input, slope: 0.2), slope: 0.2)
        return (convolutions.count > 2 ? layer(2, input, slope: 1) : input) + change
    }
}
