import GANs

/// The trainings of an arena: one, or two side by side that take the same steps.
final class ArenaRing {
    private var sides: [Side] = []

    /// A training with what looks at it.
    private struct Side {
        let training: ArenaTraining
        var observer: ArenaObserver
        var modeCounts: [Int]?
        var countedAt: Int?
    }

    /// Steps between two counts of modes, which take many more points than are drawn.
    private static let stepsBetweenCounts = 50

    var isEmpty: Bool { sides.isEmpty }
    var settings: [ArenaSettings] { sides.map(\.training.settings) }

    /// The commands that train the same.
    var commands: [String?] {
        sides.map { $0.training.settings.command(step: $0.training.trainer.progress.step) }
    }

    /// Goes on by settings where all trainings can, or begins all of them anew.
    ///
    /// - Returns: whether they began anew.
    /// - Throws: `ConfigurationError` if no trainings can be made from them; then nothing has changed.
    func change(
        to settings: [ArenaSettings], drawing: DrawnPoints?, anew: Bool
    ) throws(ConfigurationError) -> Bool {
        guard (1...2).contains(settings.count) else {
            throw ConfigurationError("one training can be shown, or two side by side")
        }
        guard Set(settings.map(\.data)).count == 1 else {
            throw ConfigurationError("trainings side by side learn from the same points")
        }
        var wanted: [(settings: ArenaSettings, data: ArenaData)] = []
        for settings in settings {
            let data = try ArenaData(named: settings.data, drawn: drawing)
            // So that of two changes not only the first is made.
            _ = try settings.training(dimensions: data.dimensions)
            wanted.append((settings, data))
        }
        let goesOn =
            !anew && wanted.count == sides.count
            && zip(sides, wanted).allSatisfy { $0.training.canChange(to: $1.settings, on: $1.data) }
        if goesOn {
            for (index, (settings, data)) in wanted.enumerated() {
                let hasOtherData = sides[index].training.data != data
                try sides[index].training.change(to: settings, on: data)
                if hasOtherData { sides[index].observer = ArenaObserver(sides[index].training) }
            }
            return false
        }
        var begun: [Side] = []
        for (settings, data) in wanted {
            let training = try ArenaTraining(settings, on: data)
            begun.append(Side(training: training, observer: ArenaObserver(training)))
        }
        sides = begun
        return true
    }

    func step() throws(TrainingError) {
        for side in sides { try side.training.step() }
    }

    func step(of player: Phase.Player) throws(TrainingError) {
        for side in sides { try side.training.step(of: player) }
    }

    /// What is to be seen of each training now.
    ///
    /// - Parameter countsAll: counts modes in every frame, not only now and then.
    func views(ofAverage: Bool, countsAll: Bool) -> [ArenaView] {
        for index in sides.indices where countsAll || countIsDue(sides[index]) {
            sides[index].countedAt = sides[index].training.trainer.progress.step
            sides[index].modeCounts = sides[index].observer.modeCounts(
                of: sides[index].training, ofAverage: ofAverage)
        }
        return sides.map { side in
            defer { side.training.forgetLosses() }
            var view = side.observer.view(of: side.training, ofAverage: ofAverage)
            view.modeCounts = side.modeCounts
            return view
        }
    }

    private func countIsDue(_ side: Side) -> Bool {
        side.countedAt.map { side.training.trainer.progress.step - $0 >= ArenaRing.stepsBetweenCounts }
            ?? true
    }

    /// What stays as it is until a setting changes; nil without trainings.
    func layout(generation: Int) -> ArenaLayout? {
        guard let data = sides.first?.training.data else { return nil }
        return ArenaLayout(
            generation: generation, dimensions: data.dimensions,
            extent: data.extent.map { [$0.lowerBound, $0.upperBound] },
            modes: data.modes.map { [$0.x, $0.y] },
            mapPoints: data.dimensions == 1 ? ArenaObserver.linePoints : ArenaObserver.mapSide,
            gridPoints: ArenaObserver.gridSide, latentSizes: settings.map(\.latentSize),
            equilibria: sides.map { $0.training.trainer.configuration.recipe.equilibriumLoss },
            settings: settings)
    }
}
