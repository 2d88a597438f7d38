/// A warning that something goes wrong in a training.
public struct TrainingWarning: Codable, Hashable, Sendable {
    /// The kinds of warnings.
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// The discriminator tells generated images so well that the generator has no gradient to learn from.
        case discriminatorWins = "discriminator wins"
        /// The generator makes the same few images again and again.
        case collapse
        /// The losses grow without end.
        case divergence
        /// The discriminator memorizes its training images.
        case memorization
    }

    /// The kind of the warning.
    public let kind: Kind
    /// The observation, in words.
    public let message: String
}

/// Finds out from the observations so far what goes wrong in a training.
///
/// There is a warning of each kind when it begins, and again only after it was over for a while.
struct Diagnostics {
    private let recipe: Recipe
    private let hasOtherLosses: Bool
    private var observations = 0
    /// The observation in which each kind was last found.
    private var lastFound: [TrainingWarning.Kind: Int] = [:]
    private var bestDiversity = 0.0
    private var lowDiversityObservations = 0
    private var memorizingObservations = 0
    private var largestGradient = 0.0
    private var earlyLosses: [Double] = []

    /// - Parameter hasOtherLosses: whether the generator learns from more than the adversarial loss, so that it
    ///   learns on where the discriminator wins.
    init(_ recipe: Recipe, hasOtherLosses: Bool = false) {
        (self.recipe, self.hasOtherLosses) = (recipe, hasOtherLosses)
    }

    /// Observations without a kind before there is a warning of it again.
    private static let calm = 20
    /// Steps between two observations.
    static let interval = 100

    /// - Parameters:
    ///   - rows: since the observation before.
    ///   - observation: nil where only losses are known, which then may only diverge.
    /// - Returns: the warnings that begin now.
    mutating func warnings(_ rows: [MetricsRow], _ observation: Observation? = nil) -> [TrainingWarning] {
        func mean(_ value: (MetricsRow) -> Double) -> Double {
            rows.map(value).reduce(0, +) / Double(max(1, rows.count))
        }
        let loss = mean(\.discriminatorLoss)
        let largest = max(mean { abs($0.discriminatorLoss) }, mean { abs($0.generatorLoss) }, mean(\.penalty))
        var found = [divergence(largest)].compactMap { $0 }
        if let observation {
            found += [discriminatorWins(loss, observation), collapse(observation), memorization(observation)]
                .compactMap { $0 }
        }
        observations += 1
        let begun = found.filter {
            observations - (lastFound[$0.kind] ?? -Diagnostics.calm) > Diagnostics.calm
        }
        for warning in found { lastFound[warning.kind] = observations }
        return begun
    }

    private mutating func discriminatorWins(_ loss: Double, _ observation: Observation) -> TrainingWarning? {
        largestGradient = max(largestGradient, observation.generatorGradient)
        guard recipe.equilibriumLoss > 0, !hasOtherLosses else { return nil }
        // Of certainty that no sample shakes: D(x) and D(G(z)) within about one percent of 1 and 0.
        let isSaturated = loss < 0.02 * recipe.equilibriumLoss
        let hasVanished = observation.generatorGradient < 0.001 * largestGradient
        guard isSaturated || hasVanished else { return nil }
        return TrainingWarning(
            kind: .discriminatorWins,
            message: "the discriminator wins: its loss is \(short(loss))"
                + (hasVanished ? ", and the generator's gradient has vanished" : ""))
    }

    private mutating func collapse(_ observation: Observation) -> TrainingWarning? {
        bestDiversity = max(bestDiversity, observation.diversity)
        // The best so far tells a fall from a generator that has only begun; noise, which differs more than
        // images do, is not missed.
        let isLow = bestDiversity > 0.2 && observation.diversity < min(1, 0.4 * bestDiversity)
        lowDiversityObservations =
            isLow || observation.diversity < 0.02 ? lowDiversityObservations + 1 : 0
        guard lowDiversityObservations >= 3 else { return nil }
        return TrainingWarning(
            kind: .collapse,
            message:
                "mode collapse: samples differ \(percent(observation.diversity)) as much as real images do")
    }

    private mutating func divergence(_ size: Double) -> TrainingWarning? {
        guard earlyLosses.count >= 3 else {
            earlyLosses.append(size)
            return nil
        }
        let usual = earlyLosses.sorted()[earlyLosses.count / 2]
        guard size > 50 * max(usual, 1) else { return nil }
        return TrainingWarning(
            kind: .divergence, message: "the losses diverge: \(short(size)), after \(short(usual)) at first")
    }

    private mutating func memorization(_ observation: Observation) -> TrainingWarning? {
        memorizingObservations = (observation.memorization ?? 0) > 0.8 ? memorizingObservations + 1 : 0
        guard memorizingObservations >= 3, let share = observation.memorization else { return nil }
        return TrainingWarning(
            kind: .memorization,
            message: "the discriminator memorizes its training images: its output for held-out images lies "
                + "\(percent(share)) of the way to that for generated ones")
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    private func short(_ value: Double) -> String {
        abs(value) < 0.001 ? "below 0.001" : "\((value * 1000).rounded() / 1000)"
    }
}
