import Images
import Testing

@Suite struct LinePlotTests {
    private typealias Panel = LinePlot.Panel
    private typealias Series = LinePlot.Series

    private func render(_ panels: [Panel], smoothing: Double = 0) -> Image {
        LinePlot(title: "", panels: panels, xLabel: "step", smoothing: smoothing).render(
            width: 400, height: 300)
    }

    private func isBlue(_ image: Image, _ x: Int, _ y: Int) -> Bool {
        let sample = image.cropped(x: x, y: y, width: 1, height: 1).pixels.map(Int.init)
        return sample[2] > sample[0] + 60
    }

    /// The rows of the first line's color in one column, below the legend.
    private func blueRows(_ image: Image, atX x: Int) -> [Int] {
        (50..<image.height).filter { isBlue(image, x, $0) }
    }

    @Test func aRisingLineRises() throws {
        let image = render([
            Panel(yLabel: "loss", series: [Series(name: "d", x: [0, 1, 2], y: [0, 1, 2])])
        ])
        let middles = try [120, 200, 300].map { x in
            let rows = blueRows(image, atX: x)
            #expect((2...5).contains(rows.count), "a line two pixels thick, slanted")
            return try #require(rows.first)
        }
        #expect(middles[0] > middles[1] && middles[1] > middles[2])
        // Straight: the slopes between the columns agree.
        let slopes = (Double(middles[0] - middles[1]) / 80, Double(middles[1] - middles[2]) / 100)
        #expect(abs(slopes.0 - slopes.1) < 0.05)
    }

    @Test func aSpikeOfOnePointInAMillionIsSeen() {
        var y = [Double](repeating: 0, count: 1_000_000)
        y[500_000] = 1
        let image = render([
            Panel(yLabel: "", series: [Series(name: "", x: y.indices.map(Double.init), y: y)])
        ])
        let tallest = (40..<390).map { blueRows(image, atX: $0).count }.max()!
        #expect(tallest > 150)
    }

    @Test func gapsStayGaps() {
        var y = [Double](repeating: 1, count: 100)
        for index in 40..<60 { y[index] = [.nan, .infinity, -.infinity][index % 3] }
        let image = render([
            Panel(yLabel: "", series: [Series(name: "", x: (0..<100).map(Double.init), y: y)], range: 0...2)
        ])
        let drawn = (60..<370).map { blueRows(image, atX: $0).isEmpty ? 0 : 1 }
        #expect(drawn[0..<60].allSatisfy { $0 == 1 } && drawn[250...].allSatisfy { $0 == 1 })
        #expect(drawn[140..<170].allSatisfy { $0 == 0 })
    }

    @Test(
        arguments: [
            [], [.nan], [3], [3, 3], [.infinity, -.infinity], [1e308, -1e308], [1e299, -1e299, 0],
            [.leastNonzeroMagnitude, 0],
            [1e15, 1e15 + 1], [0, 1e-12],
        ] as [[Double]])
    func unusualValuesAreDrawn(values: [Double]) {
        let places = values.indices.map(Double.init)
        for panels in [
            [], [Panel(yLabel: "a", series: [])],
            [Panel(yLabel: "a", series: [Series(name: "s", x: places, y: values)])],
            [
                Panel(
                    yLabel: "a", series: [Series(name: "s", x: values, y: places)], range: 0...1,
                    reference: 0.5)
            ],
        ] {
            for smoothing in [0, 0.5] {
                #expect(render(panels, smoothing: smoothing).width == 400)
            }
            let tiny = LinePlot(title: "title", panels: panels, xLabel: "x").render(width: 20, height: 10)
            #expect(tiny.height == 10)
        }
    }

    @Test func aLonePointIsADot() {
        let image = render([Panel(yLabel: "", series: [Series(name: "", x: [1], y: [1])])])
        #expect((0..<400).contains { blueRows(image, atX: $0).count >= 4 })
    }

    @Test func valuesPastTheRangeAreCutOff() {
        let panel = Panel(yLabel: "", series: [Series(name: "", x: [0, 1], y: [-50, 50])], range: -1...1)
        let image = render([panel])
        for y in [5, 28, 290] { #expect((0..<400).allSatisfy { !isBlue(image, $0, y) }) }
    }

    @Test func theHorizontalRangeMayExceedTheData() {
        let panel = Panel(yLabel: "", series: [Series(name: "", x: [0, 1], y: [1, 1])], range: 0...2)
        let image = LinePlot(title: "", panels: [panel], xLabel: "step", xRange: 0...2).render(
            width: 400, height: 300)
        let drawn = (0..<400).filter { !blueRows(image, atX: $0).isEmpty }
        // The axis begins within the first 60 pixels and ends 28 before the last.
        #expect(drawn.first! < 60 && abs(drawn.last! - (drawn.first! + 372) / 2) < 5)
    }

    @Test func referenceLabelsAreDrawnOverTheLines() {
        let series = Series(name: "", x: [0, 1], y: [1, 1])
        func render(_ reference: LinePlot.Reference) -> Image {
            self.render([Panel(yLabel: "", series: [series], range: 0...2, reference: reference)])
        }
        let (named, unnamed) = (render(.init(0.9, label: "log 4")), render(0.9))
        let rows = (0..<300).filter { row in
            named.pixels[row * 1200..<(row + 1) * 1200] != unnamed.pixels[row * 1200..<(row + 1) * 1200]
        }
        let line = blueRows(unnamed, atX: 150).first!
        #expect(rows.contains(line) && rows.count > 8, "the label lies over the line just above it")
    }

    @Test func smoothingAveragesWithoutABiasToZero() {
        let noisy = Series(
            name: "", x: (0..<1000).map(Double.init), y: (0..<1000).map { $0 % 2 == 0 ? 4 : 6 })
        let smooth = noisy.smoothed(over: 0.1).y
        #expect(smooth[0] == 4)
        #expect(smooth[50...].allSatisfy { abs($0 - 5) < 0.1 })
    }

    @Test(
        arguments: [
            (0...1, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (-3...4, 4, ["-2", "0", "2", "4"]),
            (0...30_000, 6, ["0", "5k", "10k", "15k", "20k", "25k", "30k"]),
            (0...0.003, 3, ["0", "0.001", "0.002", "0.003"]), (0...2e7, 2, ["0", "10M", "20M"]),
            (0...3e-9, 3, ["0", "1e-09", "2e-09", "3e-09"]),
            (990...1010, 4, ["990", "995", "1000", "1005", "1010"]),
        ] as [(ClosedRange<Double>, Int, [String])])
    func ticksAreRound(range: ClosedRange<Double>, count: Int, labels: [String]) {
        #expect(AxisScale(range, tickCount: count).ticks.map(\.label) == labels)
    }

    @Test func everyPrintableCharacterHasItsOwnLetter() {
        let letters = (33...126).map { code in
            Lettering.letter(Character(UnicodeScalar(UInt8(code)))).strokes.map { "\($0)" }.joined()
        }
        #expect(letters.allSatisfy { !$0.isEmpty })
        #expect(Set(letters).count == letters.count)
    }
}
