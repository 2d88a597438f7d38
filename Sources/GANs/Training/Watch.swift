import Datasets

/// Something that goes wrong in the game, in words.
public struct GameWarning: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// The discriminator is so sure that the generator has nothing to learn from.
        case discriminatorWins = "discriminator wins"
        /// The generator makes the same few images again and again.
        case collapse
        /// The losses grow without end.
        case divergence
        /// The discriminator knows its training images by heart.
        case memorization
    }

    public let kind: Kind
    /// What was seen, and what to do.
    public let message: String
}

/// Tells from what was measured so far what goes wrong.
///
/// Each kind of trouble is told of when it begins, and again only after it was over for a while.
struct Watch {
    private let objective: Objective
    private var looks = 0
    /// The look in which each kind of trouble was last found.
    private var lastFound: [GameWarning.Kind: Int] = [:]
    private var bestDiversity = 0.0
    private var lowDiversityLooks = 0
    private var memorizingLooks = 0
    private var largestGradient = 0.0
    private var earlyLosses: [Double] = []

    init(objective: Objective) { self.objective = objective }

    /// Looks without a trouble before it is told of again.
    private static let calm = 20
    /// Steps between two looks.
    static let interval = 100

    /// - Parameters:
    ///   - rows: since the look before.
    ///   - observation: nil where only losses are told of, which then may only diverge.
    /// - Returns: the troubles that begin with this look.
    mutating func warnings(_ rows: [MetricsRow], _ observation: Observation? = nil) -> [GameWarning] {
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
        looks += 1
        let begun = found.filter { looks - (lastFound[$0.kind] ?? -Watch.calm) > Watch.calm }
        for trouble in found { lastFound[trouble.kind] = looks }
        return begun
    }

    private mutating func discriminatorWins(_ loss: Double, _ observation: Observation) -> GameWarning? {
        largestGradient = max(largestGradient, observation.generatorGradient)
        guard let equilibrium = objective.equilibriumLoss, equilibrium > 0 else { return nil }
        // Of certainty that no sample shakes: D(x) and D(G(z)) within about one percent of 1 and 0.
        let isSaturated = loss < 0.02 * equilibrium
        let hasVanished = observation.generatorGradient < 0.001 * largestGradient
        guard isSaturated || hasVanished else { return nil }
        return GameWarning(
            kind: .discriminatorWins,
            message: "the discriminator wins: its loss is \(short(loss))"
                + (hasVanished ? ", and the gradient that the generator learns by has vanished" : "")
                + ". Try --discriminator-strength 0.5, --regularizer r1 or --instance-noise 0.1"
                + (objective == .minimax ? ", or --objective non-saturating" : ""))
    }

    private mutating func collapse(_ observation: Observation) -> GameWarning? {
        bestDiversity = max(bestDiversity, observation.diversity)
        // The best so far tells a fall from a generator that has only begun; noise, which differs more than
        // images do, is not missed.
        let isLow = bestDiversity > 0.2 && observation.diversity < min(1, 0.4 * bestDiversity)
        lowDiversityLooks = isLow || observation.diversity < 0.02 ? lowDiversityLooks + 1 : 0
        guard lowDiversityLooks >= 3 else { return nil }
        return GameWarning(
            kind: .collapse,
            message: "the samples collapse: they differ \(percent(observation.diversity)) as much as the "
                + "images do. Try --preset r1 or wgan-gp, --minibatch-deviation or --pack 2, from an earlier "
                + "checkpoint or anew")
    }

    private mutating func divergence(_ size: Double) -> GameWarning? {
        guard earlyLosses.count >= 3 else {
            earlyLosses.append(size)
            return nil
        }
        let usual = earlyLosses.sorted()[earlyLosses.count / 2]
        guard size > 50 * max(usual, 1) else { return nil }
        return GameWarning(
            kind: .divergence,
            message:
                "the losses diverge: \(short(size)), after \(short(usual)) at first. Try a lower --lr, or "
                + "a stronger --regularizer where the model takes one")
    }

    private mutating func memorization(_ observation: Observation) -> GameWarning? {
        memorizingLooks = (observation.memorization ?? 0) > 0.8 ? memorizingLooks + 1 : 0
        guard memorizingLooks >= 3, let share = observation.memorization else { return nil }
        return GameWarning(
            kind: .memorization,
            message: "the discriminator memorizes: images it never saw score \(percent(share)) of the way "
                + "from its training images to fakes. Try --augment differentiable, more images, or stop "
                + "here and take the best checkpoint")
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    private func short(_ value: Double) -> String {
        abs(value) < 0.001 ? "below 0.001" : "\((value * 1000).rounded() / 1000)"
    }
}
