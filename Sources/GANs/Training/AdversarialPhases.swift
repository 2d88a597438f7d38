import Networks
import Tensors

/// The phases of every adversarial training, in the order of the published algorithm.
///
/// - Source: Goodfellow et al. 2014, algorithm 1; the generator learns from the fakes of the
///   discriminator's last step.
struct AdversarialPhases {
    let configuration: TrainingConfiguration
    let generator: any Layer
    let discriminator: any Discriminator
    let generatorOptimizer: any Optimizer
    let discriminatorOptimizer: any Optimizer

    private var objective: Objective { configuration.objective }

    var all: [Phase] {
        let regularizers = configuration.regularizers
        let interval = configuration.regularizationInterval
        // Those that are applied in every step are part of the same phase.
        let isApart = { (regularizer: Regularizer) in regularizer.isLazy && interval > 1 }
        let constrain = { (parameters: [Parameter]) in
            for regularizer in regularizers { regularizer.constrain(parameters) }
        }
        var phases = [
            Phase(
                player: .discriminator, optimizer: discriminatorOptimizer,
                terms: discriminatorTerms
                    + penalties(regularizers.filter { $0.isPenalty && !isApart($0) }, factor: 1),
                constrain: constrain)
        ]
        let apart = regularizers.filter(isApart)
        if !apart.isEmpty {
            phases.append(
                Phase(
                    player: .discriminator, optimizer: discriminatorOptimizer,
                    terms: penalties(apart, factor: Scalar(interval)), interval: interval,
                    constrain: constrain))
        }
        return phases + generatorPhases
    }

    private var generatorPhases: [Phase] {
        let phase = Phase(player: .generator, optimizer: generatorOptimizer, terms: [generatorTerm])
        guard let regularization = configuration.pathLength, let generator = generator as? any StyleGenerator
        else { return [phase] }
        let term = Phase.Term(isPenalty: true) { regularization.penalty(generator, $0) }
        return [
            phase,
            Phase(
                player: .generator, optimizer: generatorOptimizer, terms: [term],
                interval: regularization.interval),
        ]
    }

    /// Reals and fakes in passes of their own: BatchNorm's statistics of the two must not mix.
    private var discriminatorTerms: [Phase.Term] {
        if objective.comparesPairs {
            return [
                Phase.Term { round in
                    let real = judgeReals(round, learning: true)
                    let fake = judgeFakes(round, learning: true)
                    return objective.pairLoss(real.scores, over: fake.scores)
                        .adding(classLoss(real, round)).adding(classLoss(fake, round))
                }
            ]
        }
        let target = Scalar(1 - configuration.labelSmoothing)
        return [
            Phase.Term { round in
                let real = judgeReals(round, learning: true)
                return objective.realLoss(real.scores, target: target).adding(classLoss(real, round))
            },
            Phase.Term { round in
                let fake = judgeFakes(round, learning: true)
                return objective.fakeLoss(fake.scores).adding(classLoss(fake, round))
            },
        ]
    }

    private var generatorTerm: Phase.Term {
        Phase.Term { round in
            let fake = round.judgement(discriminator, of: round.fakes, learning: false)
            let loss =
                objective.comparesPairs
                ? objective.pairLoss(
                    fake.scores,
                    over: round.judgement(discriminator, of: round.reals, learning: false).scores)
                : objective.generatorLoss(fake.scores)
            return loss.adding(classLoss(fake, round))
        }
    }

    private func penalties(_ regularizers: [Regularizer], factor: Scalar) -> [Phase.Term] {
        regularizers.map { regularizer in
            Phase.Term(isPenalty: true) { round in
                regularizer.penalty(discriminator, round).map { factor == 1 ? $0 : $0 * factor }
            }
        }
    }

    private func judgeReals(_ round: Round, learning: Bool) -> Judgement {
        let judgement = round.judgement(discriminator, of: round.reals, learning: learning)
        round.observe(reals: judgement.scores, opinion: objective.opinion(judgement.scores))
        return judgement
    }

    private func judgeFakes(_ round: Round, learning: Bool) -> Judgement {
        let judgement = round.judgement(discriminator, of: round.fakes.detached, learning: learning)
        round.fakeOpinion = objective.opinion(judgement.scores)
        return judgement
    }

    /// An auxiliary classifier's loss, which both networks minimize, on reals and fakes.
    ///
    /// - Source: Odena et al. 2017, "Conditional image synthesis with auxiliary classifier GANs", section 3.
    private func classLoss(_ judgement: Judgement, _ round: Round) -> Tensor? {
        guard let logits = judgement.classLogits, let labels = round.labels else { return nil }
        return logits.crossEntropy(labels: labels)
    }
}

extension Tensor {
    fileprivate func adding(_ other: Tensor?) -> Tensor { other.map { self + $0 } ?? self }
}
