/// The extents of a reflection padding of images, the same on all four sides.
package struct ReflectionGeometry: Sendable {
    package let images, height, width, channels: Int
    /// In pixels, below height and width.
    package let padding: Int

    package init(images: Int, height: Int, width: Int, channels: Int, padding: Int) {
        (self.images, self.height, self.width) = (images, height, width)
        (self.channels, self.padding) = (channels, padding)
    }

    fileprivate var paddedHeight: Int { height + 2 * padding }
    fileprivate var paddedRow: Int { (width + 2 * padding) * channels }
    fileprivate var row: Int { width * channels }

    /// The index in `0..<extent` that an index past the ends reflects to.
    fileprivate func reflected(_ place: Int, _ extent: Int) -> Int {
        if place < 0 { return -place }
        return place < extent ? place : 2 * (extent - 1) - place
    }

    /// The indices of the padded image that an index is copied to.
    fileprivate func showings(of place: Int, _ extent: Int) -> [Int] {
        var places = [place + padding]
        if (1..<padding + 1).contains(place) { places.append(padding - place) }
        let fromEnd = extent - 1 - place
        if (1..<padding + 1).contains(fromEnd) { places.append(padding + extent - 1 + fromEnd) }
        return places
    }
}

/// Pads images by reflection at their outermost pixels.
package func reflectionPad(
    _ input: UnsafePointer<Scalar>, into output: UnsafeMutablePointer<Scalar>, _ geometry: ReflectionGeometry
) {
    let (channels, padding, row) = (geometry.channels, geometry.padding, geometry.row)
    let rows = geometry.images * geometry.paddedHeight
    Parallel.forEachRows(of: rows, columns: geometry.paddedRow) { part in
        for target in part {
            let (image, y) = target.quotientAndRemainder(dividingBy: geometry.paddedHeight)
            let source =
                input + (image * geometry.height + geometry.reflected(y - padding, geometry.height)) * row
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

/// The adjoint of `reflectionPad`: each pixel receives the sum of all its copies.
package func reflectionPadAdjoint(
    _ padded: UnsafePointer<Scalar>, into output: UnsafeMutablePointer<Scalar>, _ geometry: ReflectionGeometry
) {
    let (channels, padding, row) = (geometry.channels, geometry.padding, geometry.row)
    func add(_ source: UnsafePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>, count: Int) {
        for index in 0..<count { target[index] += source[index] }
    }
    Parallel.forEachRows(of: geometry.images * geometry.height, columns: row) { part in
        for place in part {
            let (image, y) = place.quotientAndRemainder(dividingBy: geometry.height)
            let target = output + place * row
            target.update(repeating: 0, count: row)
            for showing in geometry.showings(of: y, geometry.height) {
                let source = padded + (image * geometry.paddedHeight + showing) * geometry.paddedRow
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
