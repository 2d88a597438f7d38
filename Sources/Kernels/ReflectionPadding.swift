/// Pictures and how far they are continued on all four sides, as in mirrors that stand on their outermost
/// pixels.
package struct ReflectionGeometry: Sendable {
    package let pictures, height, width, channels: Int
    /// In pixels, below height and width.
    package let padding: Int

    package init(pictures: Int, height: Int, width: Int, channels: Int, padding: Int) {
        (self.pictures, self.height, self.width) = (pictures, height, width)
        (self.channels, self.padding) = (channels, padding)
    }

    fileprivate var paddedHeight: Int { height + 2 * padding }
    fileprivate var paddedRow: Int { (width + 2 * padding) * channels }
    fileprivate var row: Int { width * channels }

    /// The place, of `extent`, that a place past its ends shows.
    fileprivate func reflected(_ place: Int, _ extent: Int) -> Int {
        if place < 0 { return -place }
        return place < extent ? place : 2 * (extent - 1) - place
    }

    /// Places of the padded picture that show a place.
    fileprivate func images(of place: Int, _ extent: Int) -> [Int] {
        var images = [place + padding]
        if (1..<padding + 1).contains(place) { images.append(padding - place) }
        let fromEnd = extent - 1 - place
        if (1..<padding + 1).contains(fromEnd) { images.append(padding + extent - 1 + fromEnd) }
        return images
    }
}

/// Continues pictures past their edges.
package func reflectionPad(
    _ input: UnsafePointer<Scalar>, into output: UnsafeMutablePointer<Scalar>, _ geometry: ReflectionGeometry
) {
    let (channels, padding, row) = (geometry.channels, geometry.padding, geometry.row)
    let rows = geometry.pictures * geometry.paddedHeight
    Parallel.forEachRows(of: rows, columns: geometry.paddedRow) { part in
        for target in part {
            let (picture, y) = target.quotientAndRemainder(dividingBy: geometry.paddedHeight)
            let source =
                input + (picture * geometry.height + geometry.reflected(y - padding, geometry.height)) * row
            let target = output + target * geometry.paddedRow
            (target + padding * channels).update(from: source, count: row)
            for x in 1..<padding + 1 {
                (target + (padding - x) * channels).update(from: source + x * channels, count: channels)
                (target + (padding + geometry.width - 1 + x) * channels).update(
                    from: source + (geometry.width - 1 - x) * channels, count: channels)
            }
        }
    }
}

/// The adjoint of `reflectionPad`: each pixel gets the sum of all that show it.
package func reflectionPadAdjoint(
    _ padded: UnsafePointer<Scalar>, into output: UnsafeMutablePointer<Scalar>, _ geometry: ReflectionGeometry
) {
    let (channels, padding, row) = (geometry.channels, geometry.padding, geometry.row)
    func add(_ source: UnsafePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>, count: Int) {
        for index in 0..<count { target[index] += source[index] }
    }
    Parallel.forEachRows(of: geometry.pictures * geometry.height, columns: row) { part in
        for place in part {
            let (picture, y) = place.quotientAndRemainder(dividingBy: geometry.height)
            let target = output + place * row
            target.update(repeating: 0, count: row)
            for image in geometry.images(of: y, geometry.height) {
                let source = padded + (picture * geometry.paddedHeight + image) * geometry.paddedRow
                add(source + padding * channels, to: target, count: row)
                for x in 1..<padding + 1 {
                    add(source + (padding - x) * channels, to: target + x * channels, count: channels)
                    add(
                        source + (padding + geometry.width - 1 + x) * channels,
                        to: target + (geometry.width - 1 - x) * channels, count: channels)
                }
            }
        }
    }
}
