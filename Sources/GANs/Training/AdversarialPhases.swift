import Networks
import Tensors

extension Model {
    /// The phases of a step, as the published algorithms have them: the discriminator's, then the generator's, or
    /// the other way round.
    ///
    /// - Source: Goodfellow et al. 2014, algorithm 1.
    func phases(_ recipe: Recipe) -> [Phase] {
        let (discriminator, generator) = (discriminatorPhases(recipe), generatorPhases(recipe))
        return generatorLearnsFirst ? generator + discriminator : discriminator + generator
    }

    private func discriminatorPhases(_ recipe: Recipe) -> [Phase] {
        let (tasks, interval) = (tasks, recipe.regularizationInterval)
        if tasks.isEmpty { return [] }
        // Those that are applied in every step are part of the same phase.
        let isApart = { (regularizer: Regularizer) in regularizer.isLazy && interval > 1 }
        let constrain = { (parameters: [Parameter]) in
            for regularizer in recipe.regularizers { regularizer.constrain(parameters) }
        }
        func penalties(_ regularizers: [Regularizer], factor: Scalar) -> [Phase.Term] {
            regularizers.filter(\.isPenalty).flatMap { regularizer in
                tasks.map { task in
                    Phase.Term(isPenalty: true) { context in
                        let factor = factor * Scalar(context.penaltyFactor)
                        return regularizer.penalty(task, context).map { factor == 1 ? $0 : $0 * factor }
                    }
                }
            }
        }
        let phase = Phase(
            .discriminator,
            tasks.flatMap { $0.discriminatorTerms(recipe) }
                + penalties(recipe.regularizers.filter { !isApart($0) }, factor: 1), constrain: constrain)
        let apart = penalties(recipe.regularizers.filter(isApart), factor: Scalar(interval))
        return apart.isEmpty
            ? [phase] : [phase, Phase(.discriminator, apart, interval: interval, constrain: constrain)]
    }
}
