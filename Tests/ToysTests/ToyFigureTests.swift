import Foundation
import Toys
import Images
import Tensors
import Testing

@Suite struct ToyFigureTests {
    private func figure(_ distribution: ToyDistribution, _ values: ToyFigure.Values = .probabilities)
        -> ToyFigure
    {
        ToyFigure(
            distribution, title: distribution.rawValue, values: values, lastStep: 100,
            lossReference: .init(log(4), label: "log 4"))
    }

    private func frame(
        _ figure: ToyFigure, generated: [Scalar], value: Scalar = 0.5, gradients: [Scalar] = []
    ) -> ToyFigure.Frame {
        var losses = ToyFigure.Losses()
        for step in [0, 25, 50] { losses.append(step: step, discriminator: 1.2, generator: 0.8) }
        return ToyFigure.Frame(
            step: 50, reals: [], generated: generated,
            values: [Scalar](repeating: value, count: figure.mapPoints.shape[0]), gradients: gradients,
            losses: losses)
    }

    private func sample(_ image: Image, _ x: Int, _ y: Int) -> [Int] {
        image.cropped(x: x, y: y, width: 1, height: 1).pixels.map(Int.init)
    }

    /// Where the figure of a plane shows a point.
    private func pixel(of point: SIMD2<Double>, _ distribution: ToyDistribution) -> (x: Int, y: Int) {
        let (x, y) = (distribution.extent[0], distribution.extent[1])
        return (
            54 + Int(512 * (point.x - x.lowerBound) / (x.upperBound - x.lowerBound)),
            66 + Int(512 * (y.upperBound - point.y) / (y.upperBound - y.lowerBound))
        )
    }

    @Test func `the map's points run from the upper left to the lower right`() {
        let points = figure(.moons).mapPoints
        let (x, y) = (ToyDistribution.moons.extent[0], ToyDistribution.moons.extent[1])
        let scalars = points.scalars.map { Double($0) }
        #expect(points.shape == [65 * 65, 2])
        #expect(Array(scalars.prefix(2)) == [x.lowerBound, y.upperBound])
        #expect(scalars[2] > x.lowerBound && scalars[3] == y.upperBound)
        #expect(Array(scalars.suffix(2)) == [x.upperBound, y.lowerBound])
        #expect(figure(.moons).arrowPoints.shape == [256, 2])

        let line = figure(.gaussian).mapPoints
        #expect(line.shape == [512, 1] && line.scalars.first == -1 && line.scalars.last == 6)
        #expect(figure(.gaussian).arrowPoints.shape[0] == 0)
    }

    @Test func `colors say what is real and what is not`() {
        let figure = figure(.ring)
        func corner(_ value: Scalar) -> [Int] {
            sample(figure.render(frame(figure, generated: [0, 0], value: value)), 400, 100)
        }
        let (fake, unsure, real) = (corner(0), corner(0.5), corner(1))
        #expect(fake[0] > fake[2] + 100 && real[2] > real[0] + 100)
        #expect(unsure.allSatisfy { $0 > 230 })
    }

    @Test func `the map has its top at the top and its left on the left`() {
        let figure = figure(.ring)
        var frame = frame(figure, generated: [0, 0])
        frame.values = figure.mapPoints.scalars.enumerated().compactMap { $0 % 2 == 1 ? nil : $1 }
            .map { $0 > 0 ? 1 : 0 }
        var image = figure.render(frame)
        #expect(sample(image, 100, 300)[0] > 220 && sample(image, 500, 300)[2] > 220)
        frame.values = figure.mapPoints.scalars.enumerated().compactMap { $0 % 2 == 0 ? nil : $1 }
            .map { $0 > 0 ? 1 : 0 }
        image = figure.render(frame)
        #expect(sample(image, 300, 120)[2] > 220 && sample(image, 300, 500)[0] > 220)
    }

    @Test func `points are where they are, and missed modes are crossed out`() {
        let distribution = ToyDistribution.eightGaussians
        let figure = figure(distribution)
        let met = distribution.modes[1]
        let image = figure.render(frame(figure, generated: [Scalar(met.x), Scalar(met.y)]))
        for (index, mode) in distribution.modes.enumerated() {
            let (x, y) = pixel(of: mode, distribution)
            let middle = sample(image, x, y)
            // 3 deviations of 0.05 at 512 / 6 pixels a unit.
            let rims = (x + 9...x + 16).map { sample(image, $0, y) }
            if index == 1 {
                #expect(middle[0] > 180 && middle[1] < 130 && middle[2] < 90, "an orange point: \(middle)")
                #expect(rims.contains { $0[1] > $0[0] + 60 }, "a green ring: \(rims)")
            } else {
                #expect(middle[0] > 180 && middle[1] < 60, "a red cross: \(middle)")
                #expect(rims.contains { $0[0] > $0[1] + 100 }, "a red ring: \(rims)")
            }
        }
    }

    @Test func `arrows point where the gradient does`() {
        let figure = figure(.ring)
        let bare = figure.render(frame(figure, generated: [0, 0]))
        func changed(_ gradient: [Scalar], in rows: Range<Int>) -> Int {
            var gradients = [Scalar](repeating: 0, count: 512)
            // The first arrow, whose square has 32 pixels a side and its middle at (70, 82).
            gradients.replaceSubrange(0..<2, with: gradient)
            let image = figure.render(frame(figure, generated: [0, 0], gradients: gradients))
            return rows.reduce(0) { count, row in
                count + (54..<86).count { sample(image, $0, row) != sample(bare, $0, row) }
            }
        }
        // The head is wider than the tail.
        #expect(changed([0, 1], in: 67..<78) > changed([0, 1], in: 86..<97))
        #expect(changed([0, -1], in: 67..<78) < changed([0, -1], in: 86..<97))
        #expect(changed([0, 0], in: 66..<98) == 0)
    }

    @Test func `on the line, bars stand where points are`() {
        let figure = figure(.gaussian)
        let image = figure.render(frame(figure, generated: [3.04, 3.05, 3.06, 5.05], value: 0.9))
        // 512 pixels for 7 units; the bar at 3.05 is cut off at the top.
        let tall = sample(image, 54 + Int(4.05 * 512 / 7), 300)
        #expect(tall[0] > tall[2] + 60)
        #expect(sample(image, 54 + Int(2.05 * 512 / 7), 300) == [255, 255, 255])
        let curve = (66..<578).filter { sample(image, 150, $0).allSatisfy { $0 < 90 } }
        #expect(curve.contains(66 + Int(0.1 * 512)), "D(x) = 0.9 is drawn a tenth below the top")
    }

    @Test(arguments: ToyDistribution.allCases)
    func `frames are alike in size, and the same frame is the same image`(distribution: ToyDistribution) {
        var stream = RandomStream(seed: 1, purpose: .samplingOrder)
        let points = distribution.points(count: 500, from: &stream).scalars
        let figure = figure(distribution)
        let image = figure.render(frame(figure, generated: points))
        #expect(image.width == 640 && image.height == 760 && image.channels == 3)
        #expect(image == figure.render(frame(figure, generated: points)))
    }

    @Test(arguments: [.nan, .infinity, -.infinity, 1e30, 0] as [Scalar])
    func `odd values do not break it`(odd: Scalar) {
        for distribution in [ToyDistribution.gaussian, .eightGaussians] {
            for values in [ToyFigure.Values.probabilities, .scores] {
                let figure = figure(distribution, values)
                var frame = frame(
                    figure, generated: [odd, odd, 1, odd], value: odd,
                    gradients: [Scalar](repeating: odd, count: figure.arrowPoints.shape.count))
                frame.losses.append(step: 51, discriminator: Double(odd), generator: .nan)
                frame.values[0] = 1
                #expect(figure.render(frame).height == 760)
            }
        }
    }
}
