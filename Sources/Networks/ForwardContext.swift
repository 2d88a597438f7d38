import Tensors

/// How a network is run: all that a forward pass depends on besides input and state.
public final class ForwardContext {
    public enum Mode: Sendable {
        /// Normalization by the batch's own statistics; dropout drops.
        case training
        /// Normalization by running statistics; dropout passes everything.
        case inference
    }

    /// What happens in training mode to running statistics, and to the vectors of spectral norms, which
    /// take one power iteration a pass unless they are kept.
    public enum Statistics: Sendable {
        case kept
        /// They move toward the batch's by each layer's momentum.
        case moving
        /// They become the mean of the batches seen, of which this is number `batch`, from 1.
        case averaged(batch: Int)
    }

    public let mode: Mode
    public let statistics: Statistics
    /// Whether gradients may be asked for in the parameters; if not, the passes keep less in memory.
    public let differentiatesParameters: Bool
    /// What a class-conditional network is conditioned on: `[n, classes]`, a row an image, 1 at its class and
    /// 0 elsewhere.
    public let labels: Tensor?
    /// Where a pass's own numbers come from: dropout's, a style-based generator's noise and mixing.
    public var random: RandomStream

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

    /// For using a trained network.
    public static var inference: ForwardContext {
        ForwardContext(mode: .inference, differentiatesParameters: false)
    }

    /// Whether this pass changes what layers remember of the passes before.
    var movesStatistics: Bool {
        if case .kept = statistics { return false }
        return mode == .training
    }

    /// A parameter as this pass sees it.
    public func value(of parameter: Parameter) -> Tensor {
        differentiatesParameters ? parameter.value : parameter.value.detached
    }
}
