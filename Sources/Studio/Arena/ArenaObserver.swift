import Foundation
import GANs
import Networks

/// Looks at a training's networks: always at the same latents and places, so that frames can be compared.
package struct ArenaObserver {
    private let data: ArenaData
    private let reals: [Scalar]
    private let latents: Tensor
    private let mapPoints: Tensor
    private let latentGrid: Tensor

    /// Points of a side of the map in the plane, and on the line.
    package static let (mapSide, linePoints) = (49, 257)
    /// Points that are drawn of either kind.
    package static let shownPoints = 512
    /// Generated points with an arrow.
    package static let arrows = 128
    /// Points of a side of the latent grid.
    package static let gridSide = 15

    package init(_ training: ArenaTraining) {
        data = training.data
        let (seed, latentSize) = (training.settings.seed, training.settings.latentSize)
        var stream = RandomStream(seed: seed, purpose: .drawing)
        reals = data.points(count: ArenaObserver.shownPoints, from: &stream).scalars
        stream = RandomStream(seed: seed, purpose: .fixedLatents)
        latents = Tensor.normal([ToyDistribution.sampleCount, latentSize], from: &stream)
        mapPoints = ArenaObserver.mapPoints(of: data)
        latentGrid = ArenaObserver.latentGrid(latentSize: latentSize)
    }

    /// What is to be seen now.
    ///
    /// - Parameter ofAverage: looks at the generator's moving average, which samples are made with.
    package func view(of training: ArenaTraining, ofAverage: Bool) -> ArenaView {
        ofAverage
            ? training.trainer.withSamplingWeights { view(of: training) } : view(of: training)
    }

    private func view(of training: ArenaTraining) -> ArenaView {
        let model = training.model
        let shown = generated(latents.sliced(axis: 0, 0..<ArenaObserver.shownPoints), by: model)
        let objective = training.settings.objective
        let pulled = shown.sliced(axis: 0, 0..<ArenaObserver.arrows)
        return ArenaView(
            step: training.trainer.progress.step, losses: training.losses,
            isLogit: objective.outputIsLogit, boundary: boundary(training, at: shown), reals: reals,
            generated: data.scalars(ofNetworkPoints: shown), outputs: model.scores(at: mapPoints).scalars,
            pulls: pulls(on: pulled, training),
            manifold: data.scalars(ofNetworkPoints: generated(latentGrid, by: model)))
    }

    /// The points at each mode; nil where there are no modes.
    package func modeCounts(of training: ArenaTraining, ofAverage: Bool) -> [Int]? {
        func counts() -> [Int]? {
            data.modeCounts(of: data.scalars(ofNetworkPoints: generated(latents, by: training.model)))
        }
        if data.modes.isEmpty { return nil }
        return ofAverage ? training.trainer.withSamplingWeights(counts) : counts()
    }

    private func generated(_ latents: Tensor, by model: any PointSampling) -> Tensor {
        model.generator(latents, .inference)
    }

    /// The output that tells nothing; of losses whose outputs mean something up to a constant alone, the middle
    /// between those of real and of generated points.
    private func boundary(_ training: ArenaTraining, at shown: Tensor) -> Double {
        switch training.settings.objective {
        case .minimax, .nonSaturating, .hinge: return 0
        case .leastSquares: return (1 - training.settings.labelSmoothing) / 2
        case .wasserstein, .relativistic, .relativisticAverage:
            let model = training.model
            let real = data.networkPoints(
                Tensor(reals, shape: [reals.count / data.dimensions, data.dimensions]))
            let means = [real, shown].map { Double(model.scores(at: $0).mean().scalar) }
            return (means[0] + means[1]) / 2
        }
    }

    /// For each point the direction in which the generator's loss falls, as long as it is steep: minus the
    /// gradient of the point's own loss, in the networks' units.
    ///
    /// - Returns: `[n, dimensions]` in row-major order.
    private func pulls(on points: Tensor, _ training: ArenaTraining) -> [Scalar] {
        let (model, count) = (training.model, points.shape[0])
        let real = data.networkPoints(
            Tensor(Array(reals.prefix(count * data.dimensions)), shape: [count, data.dimensions]))
        let points = points.detached.variable()
        let context = ForwardContext(mode: .training, statistics: .kept, differentiatesParameters: false)
        let loss = training.settings.objective.generatorLoss(
            fake: model.discriminator(points, context).score,
            real: model.discriminator(real, context).score)
        let gradient = gradients(of: loss, withRespectTo: [points])[0]
        return (gradient * Scalar(-count)).scalars
    }

    /// In the plane, rows from the upper left to the lower right; on the line, from left to right. In the
    /// networks' units.
    private static func mapPoints(of data: ArenaData) -> Tensor {
        func places(_ range: ClosedRange<Double>, _ count: Int) -> [Scalar] {
            (0..<count).map {
                let share = Double($0) / Double(count - 1)
                return Scalar(range.lowerBound + share * (range.upperBound - range.lowerBound))
            }
        }
        guard data.dimensions == 2 else {
            return data.networkPoints(Tensor(places(data.extent[0], linePoints), shape: [linePoints, 1]))
        }
        let (xs, ys) = (places(data.extent[0], mapSide), places(data.extent[1], mapSide))
        let points = ys.reversed().flatMap { y in xs.flatMap { [$0, y] } }
        return data.networkPoints(Tensor(points, shape: [mapSide * mapSide, 2]))
    }

    /// A grid in the first two numbers of latents, or on the line of one; the others are 0. Its lines are quantiles
    /// of the normal distribution, so that each cell holds the same share of all latents.
    private static func latentGrid(latentSize: Int) -> Tensor {
        let places = (1...gridSide).map { Scalar(normalQuantile(Double($0) / Double(gridSide + 1))) }
        let rest = [Scalar](repeating: 0, count: max(0, latentSize - 2))
        let latents =
            latentSize == 1 ? places.map { [$0] } : places.flatMap { y in places.map { [$0, y] + rest } }
        return Tensor(latents.flatMap { $0 }, shape: [latents.count, latentSize])
    }
}

/// The number that a share of standard normal numbers lies below, by bisection.
private func normalQuantile(_ share: Double) -> Double {
    var (low, high) = (-8.0, 8.0)
    for _ in 0..<60 {
        let middle = (low + high) / 2
        if erfc(-middle / 2.0.squareRoot()) / 2 < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
}
