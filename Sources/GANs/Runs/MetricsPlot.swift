import Images

extension MetricsLog {
    /// Draws panels one below the other.
    func plot(title: String, panels: [LinePlot.Panel]) throws {
        let plot = LinePlot(title: title, panels: panels, xLabel: "step", smoothing: 0.02)
        try plot.render(width: 1000, height: 350 * panels.count).writePNG(to: folder.losses)
    }

    /// Losses and discriminator outputs over the steps where there is a discriminator, the diversity of samples,
    /// and the model's own panels.
    func trainingPanels(of model: any Model, _ recipe: Recipe) -> [LinePlot.Panel] {
        let diversity = series("diversity of samples, of real images 1") { $0.observation?.diversity }
        return (model.tasks.isEmpty ? [] : adversarialPanels(recipe.adversarialLoss))
            + (diversity.x.count > 1 ? [LinePlot.Panel(yLabel: "diversity", series: [diversity])] : [])
            + model.panels(of: self)
    }

    private func adversarialPanels(_ loss: AdversarialLoss) -> [LinePlot.Panel] {
        let outputs = [series("D(x)", \.realScore), series("D(G(z))", \.fakeScore)]
        return [
            LinePlot.Panel(
                yLabel: "loss",
                series: [
                    series("discriminator", \.discriminatorLoss), series("generator", \.generatorLoss),
                ]),
            loss.outputIsLogit
                ? LinePlot.Panel(
                    yLabel: "probability of real", series: outputs, range: 0...1, reference: 0.5)
                : LinePlot.Panel(yLabel: "discriminator output", series: outputs),
        ]
    }

    func series(_ name: String, _ value: (MetricsRow) -> Double?) -> LinePlot.Series {
        let points = rows.compactMap { row in value(row).map { (Double(row.step), $0) } }
        return LinePlot.Series(name: name, x: points.map(\.0), y: points.map(\.1))
    }
}
