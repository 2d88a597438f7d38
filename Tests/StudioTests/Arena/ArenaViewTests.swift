import Foundation
import GANs
import Networks
import Studio
import Testing

@Suite struct ArenaViewTests {
    private func training(
        _ data: ToyDistribution, steps: Int = 2, _ change: (inout ArenaSettings) -> Void = { _ in }
    ) throws -> ArenaTraining {
        var settings = ArenaSettings()
        (settings.data, settings.width, settings.batchSize) = (data.rawValue, 16, 32)
        change(&settings)
        let training = try ArenaTraining(settings, on: .toy(data))
        for _ in 0..<steps { try training.step() }
        return training
    }

    @Test(arguments: [(ToyDistribution.gaussian, 1), (.moons, 2)], [1, 2, 5])
    func `a view holds as many numbers as the page is told`(
        of: (data: ToyDistribution, dimensions: Int), latentSize: Int
    ) throws {
        let training = try training(of.data) { $0.latentSize = latentSize }
        let view = ArenaObserver(training).view(of: training, ofAverage: true)
        let shown = ArenaObserver.shownPoints * of.dimensions
        #expect(view.reals.count == shown && view.generated.count == shown)
        let places =
            of.dimensions == 1 ? ArenaObserver.linePoints : ArenaObserver.mapSide * ArenaObserver.mapSide
        #expect(view.outputs.count == places)
        #expect(view.pulls.count == ArenaObserver.arrows * of.dimensions)
        let side = ArenaObserver.gridSide
        #expect(view.manifold.count == (latentSize == 1 ? side : side * side) * of.dimensions)
        #expect(view.losses.discriminator != nil && view.losses.generator != nil)
        for (range, axis) in zip(of.data.extent, 0...) {
            let coordinates = stride(from: axis, to: shown, by: of.dimensions).map { Double(view.reals[$0]) }
            #expect(coordinates.allSatisfy(range.contains))
        }
    }

    @Test func `the saturating loss pulls as much less as the discriminator is sure`() throws {
        // -d log(1 - D) / dC = D and d log D / dC = 1 - D: their ratio is exp(C).
        let saturating = try training(.eightGaussians, steps: 20) { $0.objective = .minimax }
        let observer = ArenaObserver(saturating)
        let view = observer.view(of: saturating, ofAverage: false)
        let points = view.generated.prefix(2 * ArenaObserver.arrows)
        let scores = saturating.model.scores(
            at: ArenaData.toy(.eightGaussians).networkPoints(
                Tensor(Array(points), shape: [ArenaObserver.arrows, 2]))
        ).scalars
        var settings = saturating.settings
        settings.objective = .nonSaturating
        try saturating.change(to: settings, on: .toy(.eightGaussians))
        let other = observer.view(of: saturating, ofAverage: false)
        for index in 0..<ArenaObserver.arrows {
            func length(_ view: ArenaView) -> Double {
                hypot(Double(view.pulls[2 * index]), Double(view.pulls[2 * index + 1]))
            }
            let ratio = length(view) / length(other)
            #expect(abs(log(ratio) - Double(scores[index])) < 1e-2)
        }
    }

    @Test func `pulls point to where the loss falls`() throws {
        let training = try training(.eightGaussians, steps: 40)
        let view = ArenaObserver(training).view(of: training, ofAverage: false)
        let data = ArenaData.toy(.eightGaussians)
        func loss(movedBy share: Scalar) -> Double {
            let points = zip(view.generated.prefix(view.pulls.count), view.pulls).map { $0 + share * $1 }
            let scores = training.model.scores(
                at: data.networkPoints(Tensor(points, shape: [ArenaObserver.arrows, 2])))
            return Double(AdversarialLoss.nonSaturating.generatorLoss(fake: scores, real: scores).scalar)
        }
        #expect(loss(movedBy: 0.05) < loss(movedBy: 0))
        #expect(loss(movedBy: -0.05) > loss(movedBy: 0))
    }

    @Test func `the averaged generator is another one than the trained`() throws {
        let training = try training(.eightGaussians, steps: 20)
        let observer = ArenaObserver(training)
        let (own, average) = (
            observer.view(of: training, ofAverage: false), observer.view(of: training, ofAverage: true)
        )
        #expect(own.generated != average.generated)
        #expect(observer.view(of: training, ofAverage: false).generated == own.generated)
    }

    @Test func `modes are counted where there are several`() throws {
        for (data, count) in [(ToyDistribution.eightGaussians, 8), (.twentyFiveGrid, 25), (.twoClusters, 2)] {
            let training = try training(data)
            #expect(ArenaObserver(training).modeCounts(of: training, ofAverage: false)?.count == count)
        }
        for data in [ToyDistribution.ring, .gaussian] {
            let training = try training(data)
            #expect(ArenaObserver(training).modeCounts(of: training, ofAverage: false) == nil)
        }
    }

    @Test func `a frame is encoded as told`() throws {
        let training = try training(.eightGaussians)
        let view = ArenaObserver(training).view(of: training, ofAverage: false)
        let frame = ArenaFrame(number: 7, phase: .pull, views: [view, view])
        let decoded = try DecodedFrame(frame.encoded())
        #expect(decoded.number == 7 && decoded.phase == "pull" && decoded.views.count == 2)
        #expect(decoded.views[1].arrays["generated"] == view.generated.map { Float($0) })
        #expect(decoded.views[0].arrays["outputs"] == view.outputs.map { Float($0) })
        #expect(decoded.views[0].step == 2)
    }

    @Test func `the history stays evenly spread however long it gets`() {
        var history = ArenaHistory(capacity: 8)
        for number in 0..<100 { history.offer(Data([UInt8(number)])) }
        let numbers = history.frames.map { Int($0[0]) }
        #expect(numbers.first == 0 && numbers.count > 4 && numbers.count <= 8)
        let steps = Set(zip(numbers, numbers.dropFirst()).map { $1 - $0 })
        #expect(steps.count == 1)
    }
}
