import Images

extension MetricsLog {
    /// Draws panels one below the other.
    func plot(title: String, panels: [LinePlot.Panel]) throws {
        let plot = LinePlot(title: title, panels: panels, xLabel: "step", smoothing: 0.02)
        try plot.render(width: 1000, height: 350 * panels.count).writePNG(to: folder.losses)
    }

    /// Losses and opinions over the steps.
    func gamePanels(objective: Objective) -> [LinePlot.Panel] {
        let opinions = [series("D(x)", \.realOpinion), series("D(G(z))", \.fakeOpinion)]
        return [
            LinePlot.Panel(
                yLabel: "loss",
                series: [
                    series("discriminator", \.discriminatorLoss), series("generator", \.generatorLoss),
                ]),
            objective.scoresAreLogits
                ? LinePlot.Panel(
                    yLabel: "probability of real", series: opinions, range: 0...1, reference: 0.5)
                : LinePlot.Panel(yLabel: "score", series: opinions),
        ]
    }

    /// Diversity and distance, where they were measured.
    var observationPanels: [LinePlot.Panel] {
        [
            ("diversity", series("diversity of samples, of reals 1") { $0.observation?.diversity }),
            ("distance", series("sliced Wasserstein distance to held-out images") { $0.distance?.mean }),
        ].filter { $0.1.x.count > 1 }.map { LinePlot.Panel(yLabel: $0.0, series: [$0.1]) }
    }

    func series(_ name: String, _ value: (MetricsRow) -> Double?) -> LinePlot.Series {
        let points = rows.compactMap { row in value(row).map { (Double(row.step), $0) } }
        return LinePlot.Series(name: name, x: points.map(\.0), y: points.map(\.1))
    }
}
