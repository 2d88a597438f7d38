import GANs
import Networks

/// A training in the arena, which goes on while its settings change.
///
/// Until a setting changes it is the training of `gan toy` with the same settings, to the bit.
package final class ArenaTraining {
    package private(set) var settings: ArenaSettings
    private(set) var data: ArenaData
    package private(set) var trainer: Trainer
    /// What the last steps gave.
    package private(set) var losses = ArenaLosses()
    private var source: ArenaSource

    /// - Throws: `ConfigurationError` if no training can be made from the settings.
    package init(_ settings: ArenaSettings, on data: ArenaData) throws(ConfigurationError) {
        (self.settings, self.data) = (settings, data)
        trainer = try Trainer(settings.training(dimensions: data.dimensions))
        source = ArenaSource(data)
    }

    /// The networks, with what can be asked of them.
    package var model: any PointSampling {
        guard let model = trainer.model as? any PointSampling else {
            fatalError("the arena trains models of points alone")
        }
        return model
    }

    /// Whether a change lets the training go on, rather than begin another one.
    package func canChange(to settings: ArenaSettings, on data: ArenaData) -> Bool {
        settings.reach(from: self.settings) != .everything && data.isFitted(like: self.data)
    }

    /// Goes on with other settings, to which the training can change.
    ///
    /// - Throws: `ConfigurationError` if no training can be made from them; then nothing has changed.
    package func change(to settings: ArenaSettings, on data: ArenaData) throws(ConfigurationError) {
        let training = try settings.training(dimensions: data.dimensions)
        switch settings.reach(from: self.settings) {
        case .nothing: break
        case .recipe: try trainer.change(to: training.recipe)
        case .discriminator: trainer = try Trainer(training, goingOnFrom: trainer)
        case .everything: preconditionFailure("these settings are another training's")
        }
        (self.settings, self.data) = (settings, data)
        source = ArenaSource(data)
    }

    /// A step of the discriminator, as often as the settings say, and of the generator.
    package func step() throws(TrainingError) {
        losses.add(try trainer.step(from: source), of: Phase.Player.allCases)
    }

    /// A step of one network alone.
    package func step(of player: Phase.Player) throws(TrainingError) {
        losses.add(try trainer.step(of: player, from: source), of: [player])
    }

    /// Begins the means of the losses anew.
    package func forgetLosses() { losses.forget() }
}

/// Means over the steps since the last frame; where none was taken, what the last one gave.
package struct ArenaLosses: Hashable, Codable, Sendable {
    /// The discriminator's loss, without penalties.
    package private(set) var discriminator: Double?
    /// The generator's loss.
    package private(set) var generator: Double?
    /// Of all penalties.
    package private(set) var penalty: Double?
    /// D(x): the discriminator's output for real points, a probability where it is a logit.
    package private(set) var realScore: Double?
    /// D(G(z)): the same for generated points.
    package private(set) var fakeScore: Double?

    private var discriminatorSteps = 0
    private var generatorSteps = 0

    private enum CodingKeys: String, CodingKey {
        case discriminator, generator, penalty, realScore, fakeScore
    }

    init() {}

    mutating func add(_ report: StepReport, of players: [Phase.Player]) {
        func moved(_ mean: Double?, _ value: Double, _ count: Int) -> Double {
            mean.map { count == 1 ? value : $0 + (value - $0) / Double(count) } ?? value
        }
        if players.contains(.discriminator) {
            discriminatorSteps += 1
            discriminator = moved(discriminator, report.discriminatorLoss, discriminatorSteps)
            penalty = moved(penalty, report.penalty, discriminatorSteps)
            realScore = moved(realScore, report.realScore, discriminatorSteps)
            fakeScore = moved(fakeScore, report.fakeScore, discriminatorSteps)
        }
        if players.contains(.generator) {
            generatorSteps += 1
            generator = moved(generator, report.generatorLoss, generatorSteps)
        }
    }

    mutating func forget() { (discriminatorSteps, generatorSteps) = (0, 0) }
}
