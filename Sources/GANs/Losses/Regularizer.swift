import Networks
import Tensors

/// A regularizer of the discriminator.
public enum Regularizer: Codable, Hashable, Sendable {
    /// After each of its steps, all of the discriminator's parameters are clamped to `-limit...limit`.
    ///
    /// - Source: Arjovsky et al. 2017, "Wasserstein GAN", algorithm 1; limit 0.01.
    case clip(limit: Double)
    /// `weight E (|d score / d x| - 1)^2` at points drawn uniformly between reals and fakes.
    ///
    /// - Source: Gulrajani et al. 2017, "Improved training of Wasserstein GANs", equation 3; weight 10.
    case gradientPenalty(weight: Double)
    /// `gamma / 2 E |d score / d x|^2` at reals.
    ///
    /// - Source: Mescheder et al. 2018, "Which training methods for GANs do actually converge?", equation 9.
    case r1(gamma: Double)
    /// `gamma / 2 E |d score / d x|^2` at fakes.
    ///
    /// - Source: Mescheder et al. 2018, equation 10.
    case r2(gamma: Double)
    /// `weight E (|d score / d x| - 1)^2` at reals moved by noise of up to half of their standard deviation, times a
    /// factor of each image's own, 0 to 1.
    ///
    /// - Source: Kodali et al. 2017, "On convergence and stability of GANs", algorithm 1; weight 10. The factor as in
    ///   the authors' program.
    case dragan(weight: Double)

    /// The regularizers, without their strengths.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        case clip
        case gradientPenalty = "gradient-penalty"
        case r1, r2, dragan

        /// For images: see the cases of `Regularizer`. R1's and R2's weight of 10 was published without the half.
        public var publishedStrength: Double {
            switch self {
            case .clip: 0.01
            case .gradientPenalty, .dragan: 10
            case .r1, .r2: 20
            }
        }
    }

    /// - Parameter strength: clipping's limit, or the weight of a penalty.
    public init(_ kind: Kind, strength: Double) {
        switch kind {
        case .clip: self = .clip(limit: strength)
        case .gradientPenalty: self = .gradientPenalty(weight: strength)
        case .r1: self = .r1(gamma: strength)
        case .r2: self = .r2(gamma: strength)
        case .dragan: self = .dragan(weight: strength)
        }
    }

    /// Which of the regularizers it is.
    public var kind: Kind {
        switch self {
        case .clip: .clip
        case .gradientPenalty: .gradientPenalty
        case .r1: .r1
        case .r2: .r2
        case .dragan: .dragan
        }
    }

    /// Clipping's limit, or the weight of a penalty.
    public var strength: Double {
        switch self {
        case .clip(let strength), .gradientPenalty(let strength), .r1(let strength), .r2(let strength),
            .dragan(let strength):
            strength
        }
    }

    /// Whether it is a penalty on gradients in single images, which BatchNorm has none of.
    public var isPenalty: Bool {
        if case .clip = self { false } else { true }
    }

    /// Whether it may be applied in some steps only and stronger, as Karras et al. 2020 do
    /// (arXiv:1912.04958, section 3.1).
    public var isLazy: Bool {
        switch self {
        case .r1, .r2: true
        case .clip, .gradientPenalty, .dragan: false
        }
    }

    /// The penalty in a step; nil for what is none.
    ///
    /// - Differentiable: in the discriminator's parameters.
    func penalty(_ task: AdversarialTask, _ context: StepContext) -> Tensor? {
        switch self {
        case .clip: return nil
        case .gradientPenalty(let weight):
            let (reals, fakes) = (task.real(context), task.fake(context).detached)
            let share = Tensor.uniform(eachImage: [reals.shape[0] / task.pack, 1], from: &context.noise)
            let points = task.grouped(reals) * share + task.grouped(fakes) * (1 - share)
            return oneSlope(task, context, points.reshaped(reals.shape)) * Scalar(weight)
        case .dragan(let weight):
            let reals = task.real(context)
            let mean = reals.mean().meanOverShards()
            let deviation = (reals - mean).squared().mean().meanOverShards().squareRoot()
            let shift = Tensor.uniform(eachImage: reals.shape, from: &context.noise) * deviation * 0.5
            let share = Tensor.uniform(eachImage: [reals.shape[0], 1, 1, 1], from: &context.noise)
            return oneSlope(task, context, reals + shift * share) * Scalar(weight)
        case .r1(let gamma):
            return squaredSlopes(task, context, task.real(context)).mean() * Scalar(gamma / 2)
        case .r2(let gamma):
            return squaredSlopes(task, context, task.fake(context).detached).mean() * Scalar(gamma / 2)
        }
    }

    /// `E (|d score / d x| - 1)^2`
    private func oneSlope(_ task: AdversarialTask, _ context: StepContext, _ points: Tensor) -> Tensor {
        // A slope of 0 has no direction to be corrected in; the small number keeps the root's gradient finite.
        let slopes = (squaredSlopes(task, context, points) + 1e-12).squareRoot()
        return (slopes - 1).squared().mean()
    }

    /// `|d score / d x|^2` for each image, or each group of images that is seen at once, with the sum of its scores
    /// where a discriminator has several for it.
    private func squaredSlopes(
        _ task: AdversarialTask, _ context: StepContext, _ points: Tensor
    ) -> Tensor {
        let points = points.detached.variable()
        let scores = context.output(task, of: points, learning: true).scores.map { $0.sum() }
        let slopes = gradients(
            of: scores.dropFirst().reduce(scores[0], +), withRespectTo: [points], createGraph: true)[0]
        return task.grouped(slopes).squared().sum(axes: [1])
    }

    /// Changes the discriminator's parameters after each of its steps, where the regularizer does.
    func constrain(_ parameters: [Parameter]) {
        guard case .clip(let limit) = self else { return }
        for parameter in parameters { parameter.value.clamp(to: Scalar(limit)) }
    }

    func validate() throws(ConfigurationError) {
        switch self {
        case .clip(let limit): try ConfigurationError.check("clip", limit, in: 1e-9...1e6)
        case .gradientPenalty(let weight), .dragan(let weight):
            try ConfigurationError.check("penalty", weight, in: 0...1e9)
        case .r1(let gamma), .r2(let gamma): try ConfigurationError.check("gamma", gamma, in: 0...1e9)
        }
    }
}

extension Regularizer: CustomStringConvertible {
    /// In words, such as `R1 10.0`.
    public var description: String {
        switch self {
        case .clip(let limit): "weight clipping \(limit)"
        case .gradientPenalty(let weight): "gradient penalty \(weight)"
        case .r1(let gamma): "R1 \(gamma)"
        case .r2(let gamma): "R2 \(gamma)"
        case .dragan(let weight): "DRAGAN \(weight)"
        }
    }
}

extension Tensor {
    /// Clamps every scalar in place to `-limit...limit`.
    fileprivate func clamp(to limit: Scalar) {
        withMutableScalars { scalars in
            for index in scalars.indices { scalars[index] = min(max(scalars[index], -limit), limit) }
        }
    }
}
