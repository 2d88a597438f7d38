import Tensors

/// The mode, random source and labels of a forward pass: all that it depends on besides input and state.
public final class ForwardContext {
    /// Whether a network is trained or used.
    public enum Mode: Sendable {
        /// Normalization by the batch's own statistics; dropout drops.
        case training
        /// Normalization by running statistics; dropout passes everything.
        case inference
    }

    /// How running statistics change in training mode; unless they are kept, spectral norms take one power
    /// iteration a pass.
    public enum Statistics: Sendable {
        case kept
        /// They move toward those of the batch, by each layer's momentum.
        case moving
        /// They become the mean of the batches seen, of which this is number `batch`, from 1.
        case averaged(batch: Int)
    }

    /// Whether the network is trained or used.
    public let mode: Mode
    /// How running statistics change in training mode.
    public let statistics: Statistics
    /// Whether gradients may be asked for in the parameters; if not, the passes keep less in memory.
    public let differentiatesParameters: Bool
    /// What a class-conditional network is conditioned on: `[n, classes]`, a row an image, 1 at its class and
    /// 0 elsewhere.
    public let labels: Tensor?
    /// Whether layers continue images past their edges by the images themselves, and not by zeros.
    public private(set) var padsCircularly = false
    /// The random source of dropout and of a style-based generator's noise and mixing.
    public var random: RandomStream

    /// - Parameters:
    ///   - labels: `[n, classes]`, for class-conditional networks.
    ///   - random: where the random numbers of the pass come from.
    public init(
        mode: Mode, statistics: Statistics = .kept, differentiatesParameters: Bool = true,
        labels: Tensor? = nil, random: RandomStream = RandomStream(seed: 0, purpose: .dropout)
    ) {
        self.mode = mode
        self.statistics = statistics
        self.differentiatesParameters = differentiatesParameters
        self.labels = labels
        self.random = random
    }

    /// A context for using a trained network.
    public static var inference: ForwardContext { inference(labels: nil) }

    /// A context for using a trained network of classes.
    ///
    /// - Parameter labels: `[n, classes]`; nil for networks without classes.
    public static func inference(labels: Tensor?) -> ForwardContext {
        ForwardContext(mode: .inference, differentiatesParameters: false, labels: labels)
    }

    /// Whether this pass changes running statistics.
    var movesStatistics: Bool {
        if case .kept = statistics { return false }
        return mode == .training
    }

    /// Passes through a network whose layers continue images by the images themselves if `isCircular`, so that what it
    /// makes can be put side by side without a seam.
    public func paddingCircularly<Result>(_ isCircular: Bool, _ pass: () -> Result) -> Result {
        let outer = padsCircularly
        padsCircularly = isCircular
        defer { padsCircularly = outer }
        return pass()
    }

    /// Applies what continues images by zeros, or in a pass that pads circularly, by the images themselves.
    ///
    /// - Parameters:
    ///   - reach: how many pixels past the edges of its input its output depends on, at most.
    ///   - scale: how many pixels it makes of one, a side.
    public func continuing(
        _ images: Tensor, reach: Int, scale: Int = 1, _ body: (Tensor) -> Tensor
    ) -> Tensor {
        guard padsCircularly && reach > 0 else { return body(images) }
        return body(images.circularlyPadded(by: reach)).trimmed(by: reach * scale)
    }

    /// A parameter's value in this pass.
    public func value(of parameter: Parameter) -> Tensor {
        differentiatesParameters ? parameter.value : parameter.value.detached
    }
}
