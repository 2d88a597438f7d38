import Images
import Networks
import Tensors

/// Small networks on points, which show what the discriminator makes of the plane.
public final class PointModel: LatentModel, PointSampling {
    /// Generated points, in the distribution's own units, always of the same latent vectors.
    ///
    /// - Returns: `[ToyDistribution.sampleCount, dimensions]` in row-major order.
    public func points(of distribution: ToyDistribution, seed: UInt64) -> [Scalar] {
        var stream = RandomStream(seed: seed, purpose: .fixedLatents)
        let latents = Tensor.normal(
            [ToyDistribution.sampleCount, configuration.latentSize], from: &stream)
        return (generator(latents, .inference) * Scalar(distribution.scale)).scalars
    }

    /// The discriminator's scores at some points, and the gradient of the scores there.
    ///
    /// Of a discriminator of several points at once, each point is shown as all of them.
    ///
    /// - Shapes: points `[n, dimensions]` in the distribution's own units, to scores `[n]` and slopes
    ///   `[n, dimensions]`.
    public func scores(
        at points: Tensor, of distribution: ToyDistribution
    ) -> (scores: Tensor, slopes: Tensor) {
        let shown = distribution.networkPoints(points).variable()
        let scores = scores(at: shown)
        let slopes = gradients(of: scores.sum(), withRespectTo: [shown])[0]
        return (scores, slopes.reshaped(points.shape) / Scalar(distribution.scale))
    }

    /// Points, the discriminator's map and its gradients, missed modes, and the losses so far.
    public override func sheet(_ examples: Examples) -> Image {
        guard let distribution = examples.distribution else { return super.sheet(examples) }
        let (recipe, seed) = (examples.configuration.recipe, examples.configuration.seed)
        let isLogit = recipe.adversarialLoss.outputIsLogit
        let figure = ToyFigure(
            distribution, title: "\(distribution.rawValue), \(recipe.adversarialLoss.rawValue)",
            values: isLogit ? .probabilities : .scores,
            lastStep: max(examples.lastStep ?? examples.step, examples.step, 1),
            lossReference: LinePlot.Reference(recipe.equilibriumLoss, label: "equilibrium"))
        let map = scores(at: figure.mapPoints, of: distribution).scores
        let arrows = figure.arrowPoints
        var losses = ToyFigure.Losses()
        for row in examples.rows {
            losses.append(
                step: row.step, discriminator: row.discriminatorLoss, generator: row.generatorLoss)
        }
        return figure.render(
            ToyFigure.Frame(
                step: examples.step, reals: distribution.examplePoints(seed: seed),
                generated: points(of: distribution, seed: seed),
                values: (isLogit ? map.sigmoid() : map).scalars,
                gradients: arrows.shape[0] > 0 ? scores(at: arrows, of: distribution).slopes.scalars : [],
                losses: losses))
    }

    public override func measure(_ examples: Examples, into row: inout MetricsRow) {
        guard let distribution = examples.distribution else { return }
        row.points = ToyMetrics(
            of: points(of: distribution, seed: examples.configuration.seed), from: distribution)
    }

    public override func panels(of log: MetricsLog) -> [LinePlot.Panel] {
        let panels: [(String, String, (ToyMetrics) -> Double?)] = [
            ("modes", "modes covered", { $0.modesCovered.map(Double.init) }),
            ("share", "points of high quality", { $0.highQualityShare }),
        ]
        return panels.compactMap { label, name, value in
            let series = log.series(name) { $0.points.flatMap(value) }
            return series.x.count > 1 ? LinePlot.Panel(yLabel: label, series: [series]) : nil
        }
    }
}
