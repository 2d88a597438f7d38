/// A diverging color map in discrete steps: orange below the middle, blue above, paler towards the middle.
///
/// The colors are light, so that points and lines stand out on them.
package struct DivergingColors {
    private let steps: [Canvas.Color]

    /// - Parameter count: how many steps there are.
    package init(count: Int) {
        let anchors: [SIMD3<Double>] = [
            [240, 160, 88], [250, 206, 160], [250, 247, 242], [178, 206, 243], [112, 162, 230],
        ]
        steps = (0..<count).map { step in
            let place = Double(step) / Double(max(1, count - 1)) * Double(anchors.count - 1)
            let index = min(Int(place), anchors.count - 2)
            let color = anchors[index] + (place - Double(index)) * (anchors[index + 1] - anchors[index])
            return (UInt8(color.x), UInt8(color.y), UInt8(color.z))
        }
    }

    /// - Parameter share: 0 lowest to 1 highest; values outside count as the nearest, NaN as the lowest.
    package func color(at share: Double) -> Canvas.Color {
        let place = share * Double(steps.count)
        return place > 0 ? steps[Int(min(place, Double(steps.count - 1)))] : steps[0]
    }
}
