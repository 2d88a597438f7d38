import Images

extension MetricsLog {
    /// Losses, opinions and, where they were measured, diversity and distance over the steps.
    func plot(title: String, objective: Objective) throws {
        func series(_ name: String, _ value: (MetricsRow) -> Double?) -> LinePlot.Series {
            let points = rows.compactMap { row in value(row).map { (Double(row.step), $0) } }
            return LinePlot.Series(name: name, x: points.map(\.0), y: points.map(\.1))
        }
        let opinions = [series("D(x)", \.realOpinion), series("D(G(z))", \.fakeOpinion)]
        var panels = [
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
        let diversity = series("diversity of samples, of reals 1") { $0.observation?.diversity }
        if diversity.x.count > 1 { panels.append(LinePlot.Panel(yLabel: "diversity", series: [diversity])) }
        let distance = series("sliced Wasserstein distance to held-out pictures") { $0.distance?.mean }
        if distance.x.count > 1 { panels.append(LinePlot.Panel(yLabel: "distance", series: [distance])) }
        let plot = LinePlot(title: title, panels: panels, xLabel: "step", smoothing: 0.02)
        try plot.render(width: 1000, height: 350 * panels.count).writePNG(to: folder.losses)
    }
}
