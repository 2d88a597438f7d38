import Foundation
import TestSupport
import Testing

@testable import GANs

@Suite struct AdversarialLossTests {
    private static let (real, fake) = ([-2.5, -0.3, 0, 0.8, 4], [1.5, -3, 0.2, -0.1, 2])

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    private static func sigmoid(_ score: Double) -> Double { 1 / (1 + exp(-score)) }
    private static func tensor(_ values: [Double]) -> Tensor {
        Tensor(values.map { Scalar($0) }, shape: [values.count])
    }

    /// The formulas as published: the discriminator's, with a target for real images, and the generator's.
    private static func formulas(
        _ loss: AdversarialLoss, real: [Double], fake: [Double], target: Double = 1
    ) -> (discriminator: Double, generator: Double) {
        let (d, g) = (real.map(sigmoid), fake.map(sigmoid))
        let crossEntropy =
            mean(d.map { -target * log($0) - (1 - target) * log(1 - $0) }) + mean(g.map { -log(1 - $0) })
        func relativisticAverage(_ winners: [Double], _ losers: [Double]) -> Double {
            mean(winners.map { -log(sigmoid($0 - mean(losers))) })
                + mean(losers.map { -log(1 - sigmoid($0 - mean(winners))) })
        }
        return switch loss {
        case .minimax: (crossEntropy, mean(g.map { log(1 - $0) }))
        case .nonSaturating: (crossEntropy, mean(g.map { -log($0) }))
        case .leastSquares:
            (
                mean(real.map { pow($0 - target, 2) }) + mean(fake.map { pow($0, 2) }),
                mean(fake.map { pow($0 - 1, 2) })
            )
        case .wasserstein: (mean(fake) - mean(real), -mean(fake))
        case .hinge: (mean(real.map { max(0, 1 - $0) }) + mean(fake.map { max(0, 1 + $0) }), -mean(fake))
        case .relativistic:
            (
                mean(zip(real, fake).map { -log(sigmoid($0 - $1)) }),
                mean(zip(real, fake).map { -log(sigmoid($1 - $0)) })
            )
        case .relativisticAverage: (relativisticAverage(real, fake), relativisticAverage(fake, real))
        }
    }

    @Test(arguments: AdversarialLoss.allCases)
    func `losses equal the published formulas`(loss: AdversarialLoss) {
        let (real, fake) = (Self.tensor(Self.real), Self.tensor(Self.fake))
        for target in loss.hasTargets ? [1, 0.9] : [1] {
            let expected = Self.formulas(loss, real: Self.real, fake: Self.fake, target: target)
            expectClose(
                [loss.discriminatorLoss(real: real, fake: fake, target: Scalar(target)).scalar],
                [expected.discriminator], absolute: 1e-6)
            expectClose(
                [loss.generatorLoss(fake: fake, real: real).scalar], [expected.generator], absolute: 1e-6)
        }
    }

    /// Where every output is 0, or one half for least squares, neither network can improve.
    @Test(arguments: AdversarialLoss.allCases)
    func `the loss at the equilibrium is the formula's`(loss: AdversarialLoss) {
        let outputs = [Double](repeating: loss == .leastSquares ? 0.5 : 0, count: 3)
        let expected = Self.formulas(loss, real: outputs, fake: outputs).discriminator
        expectClose([loss.equilibriumLoss], [expected], absolute: 1e-12)
    }

    /// In training, the losses of real and of generated images are computed and differentiated apart.
    @Test(arguments: AdversarialLoss.allCases)
    func `a step reports the formulas of its outputs`(loss: AdversarialLoss) throws {
        var configuration = TrainingConfiguration(
            DCGAN(
                size: 16, latentSize: 6, width: 4, discriminator: DiscriminatorOptions(normalization: .none)),
            learningRate: 1e-12, batchSize: 4)
        (configuration.recipe.adversarialLoss, configuration.recipe.lossWeights) = (
            loss, LossWeights(discriminator: 0.5, generator: 0.25)
        )
        if loss.hasTargets { configuration.recipe.labelSmoothing = 0.1 }
        let trainer = try Trainer(configuration)
        var stream = RandomStream(seed: 1, purpose: .drawing)
        let material = StepMaterial(
            inputs: .normal([4, 6], from: &stream), reals: .normal([4, 16, 16, 3], from: &stream))

        let context = ForwardContext(mode: .training)
        func scores(_ images: Tensor) -> [Double] {
            trainer.discriminator(images, context).score.scalars.map { Double($0) }
        }
        let expected = Self.formulas(
            loss, real: scores(material.reals), fake: scores(trainer.generator(material.inputs, context)),
            target: loss.hasTargets ? 0.9 : 1)
        let report = try trainer.step([material])
        expectClose([report.discriminatorLoss], [0.5 * expected.discriminator], absolute: 1e-5)
        expectClose([report.generatorLoss], [0.25 * expected.generator], absolute: 1e-5)
    }

    /// Where the formulas as written would give infinity.
    @Test func `extreme scores give finite losses`() {
        let loss = AdversarialLoss.nonSaturating
        let (low, high) = (Tensor([-300], shape: [1]), Tensor([300], shape: [1]))
        #expect(loss.generatorLoss(fake: low, real: high).scalar == 300)
        #expect(loss.generatorLoss(fake: high, real: low).scalar < 1e-30)
        #expect(loss.discriminatorLoss(real: low, fake: high).scalar == 600)
        #expect(loss.discriminatorLoss(real: high, fake: low).scalar < 1e-30)
    }
}
