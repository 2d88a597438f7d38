import Networks
import Tensors

/// A discriminator with the real and the generated images that it learns to tell apart. Models of two domains
/// have two.
public struct AdversarialTask {
    /// The network that tells the images apart.
    public let discriminator: any Discriminator
    /// Real images: `[n, height, width, channels]`.
    public let real: (StepContext) -> Tensor
    /// Generated images of the same shape, recorded where the generator learns.
    public let fake: (StepContext) -> Tensor
    /// The images that the discriminator sees in the place of the generated ones in its own step, such as some of
    /// earlier steps.
    public var replayed: (Tensor, StepContext) -> Tensor = { fake, _ in fake }
    /// The images that both are conditioned on, which the discriminator sees in further channels: `[n,
    /// height, width, c]`.
    public var condition: ((StepContext) -> Tensor)?
    /// Images that the discriminator sees at once.
    public var pack = 1
    /// Whether the discriminator sees the generated images before the real ones, as some published programs do.
    public var seesFakesFirst = false

    /// A task with the batch's real images, unless said otherwise.
    public init(
        _ discriminator: any Discriminator, real: @escaping (StepContext) -> Tensor = { $0.reals },
        fake: @escaping (StepContext) -> Tensor
    ) {
        (self.discriminator, self.real, self.fake) = (discriminator, real, fake)
    }

    /// The discriminator's loss, without penalties.
    func discriminatorTerms(_ recipe: Recipe) -> [Phase.Term] {
        let target = Scalar(1 - recipe.labelSmoothing)
        func real(_ context: StepContext) -> DiscriminatorOutput {
            let output = context.output(self, of: self.real(context), learning: true, supervised: true)
            context.observe(real: output)
            return output
        }
        func fake(_ context: StepContext) -> DiscriminatorOutput {
            let output = context.output(
                self, of: replayed(self.fake(context).detached, context), learning: true)
            context.observe(fake: output)
            return output
        }
        func weighted(_ losses: [Tensor]) -> Tensor {
            let (loss, weight) = (DiscriminatorOutput.mean(losses), recipe.lossWeights.discriminator)
            return weight == 1 ? loss : loss * Scalar(weight)
        }
        guard let separate = recipe.adversarialLoss.separateLosses(target: target) else {
            return [
                Phase.Term { context in
                    let (real, fake) = (real(context), fake(context))
                    let losses = zip(real.scores, fake.scores).map {
                        recipe.adversarialLoss.discriminatorLoss(real: $0, fake: $1, target: target)
                    }
                    let loss = weighted(losses).adding(real.classLoss(context)).adding(
                        fake.classLoss(context))
                    return recorded(loss, context).adding(supervisedLoss(of: real, context))
                }
            ]
        }
        let terms = [(real, separate.real, Scalar(1)), (fake, separate.fake, -1)].map { output, loss, sign in
            Phase.Term { context in
                let output = output(context)
                let losses = output.scores.map { loss(context.withMarginJitter($0, sign: sign)) }
                return recorded(weighted(losses).adding(output.classLoss(context)), context)
                    .adding(supervisedLoss(of: output, context))
            }
        }
        return seesFakesFirst ? terms.reversed() : terms
    }

    private func recorded(_ loss: Tensor, _ context: StepContext) -> Tensor {
        context.record(Double(loss.scalar), of: .discriminator)
        return loss
    }

    /// What the discriminator minimizes besides the adversarial loss; nil of most.
    private func supervisedLoss(of output: DiscriminatorOutput, _ context: StepContext) -> Tensor? {
        if let loss = output.supervisedLoss, let supervisedLossName {
            context.record(loss, as: supervisedLossName)
        }
        return output.supervisedLoss
    }

    /// The name of the discriminator's further loss; nil of most.
    var supervisedLossName: String? {
        (discriminator as? any SelfSupervisedDiscriminator)?.supervisedLossName
    }

    /// The generator's loss for images that it made, recorded in the context.
    ///
    /// - Parameters:
    ///   - output: of the discriminator for these images; nil to compute it.
    ///   - realOutput: of the discriminator for real images; nil to compute it where the loss is relativistic.
    func generatorLoss(
        of images: Tensor, _ context: StepContext, output: DiscriminatorOutput? = nil,
        realOutput: DiscriminatorOutput? = nil
    ) -> Tensor {
        let fake = output ?? context.output(self, of: images, learning: false)
        let loss = context.recipe.adversarialLoss
        let real =
            loss.isRelativistic
            ? (realOutput ?? context.output(self, of: self.real(context), learning: false)).scores
            : fake.scores
        let losses = zip(fake.scores, real).map { loss.generatorLoss(fake: $0, real: $1) }
        let (mean, weight) = (DiscriminatorOutput.mean(losses), context.recipe.lossWeights.generator)
        let result = (weight == 1 ? mean : mean * Scalar(weight)).adding(fake.classLoss(context))
        context.record(Double(result.scalar), of: .generator)
        return result
    }

    /// A row for each of the discriminator's scores.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n / pack, pack h w c]`.
    func grouped(_ images: Tensor) -> Tensor {
        let rows = images.shape[0] / pack
        return images.reshaped([rows, images.shape.count / rows])
    }
}

extension DiscriminatorOutput {
    /// An auxiliary classifier's loss, which discriminator and generator minimize, on real and on generated images.
    ///
    /// - Source: Odena et al. 2017, "Conditional image synthesis with auxiliary classifier GANs", section 3.
    fileprivate func classLoss(_ context: StepContext) -> Tensor? {
        guard let classLogits, let labels = context.labels else { return nil }
        return classLogits.crossEntropy(labels: labels)
    }
}

extension Tensor {
    fileprivate func adding(_ other: Tensor?) -> Tensor { other.map { self + $0 } ?? self }
}
