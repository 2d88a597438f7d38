/// How an image is fitted to another aspect ratio.
public enum FitMode: String, Codable, CaseIterable, Sendable {
    /// Fills the format and crops the excess equally on both sides.
    case crop
    /// Shows the whole image, with equal borders on both sides.
    case pad
    /// Scales width and height independently.
    case stretch
}

extension Image {
    /// Fits the image to a size.
    ///
    /// - Parameter background: red, green and blue of the borders that `pad` adds; white by default. An image
    ///   with alpha gets transparent borders.
    public func fitted(
        width newWidth: Int, height newHeight: Int, mode: FitMode, background: [UInt8] = [255, 255, 255],
        _ resampling: Resampling = .smooth
    ) -> Image {
        precondition(newWidth > 0 && newHeight > 0)
        let (horizontal, vertical) = (Double(newWidth) / Double(width), Double(newHeight) / Double(height))
        switch mode {
        case .stretch:
            return resized(width: newWidth, height: newHeight, resampling)
        case .crop:
            guard horizontal != vertical else {
                return resized(width: newWidth, height: newHeight, resampling)
            }
            let scale = max(horizontal, vertical)
            let (shownWidth, shownHeight) = (Double(newWidth) / scale, Double(newHeight) / scale)
            let region = ImageRegion(
                x: (Double(width) - shownWidth) / 2, y: (Double(height) - shownHeight) / 2,
                width: shownWidth, height: shownHeight)
            return resized(region, toWidth: newWidth, height: newHeight, resampling)
        case .pad:
            let scale = min(horizontal, vertical)
            let inside = resized(
                width: max(1, Int((Double(width) * scale).rounded())),
                height: max(1, Int((Double(height) * scale).rounded())), resampling)
            var sheet = Image(
                width: newWidth, height: newHeight,
                color: hasAlpha
                    ? [UInt8](repeating: 0, count: channels)
                    : Image(width: 1, height: 1, color: background).converted(toChannels: channels).pixels)
            sheet.place(inside, x: (newWidth - inside.width) / 2, y: (newHeight - inside.height) / 2)
            return sheet
        }
    }

    /// The part of the image with its upper left corner at `x`, `y`.
    public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Image {
        precondition(
            x >= 0 && y >= 0 && newWidth > 0 && newHeight > 0 && x + newWidth <= width
                && y + newHeight <= height)
        var part: [UInt8] = []
        part.reserveCapacity(newWidth * newHeight * channels)
        for row in y..<y + newHeight {
            let start = (row * width + x) * channels
            part += pixels[start..<start + newWidth * channels]
        }
        return Image(width: newWidth, height: newHeight, channels: channels, pixels: part)
    }

    /// How an image is padded past its edges.
    public enum Padding: Sendable {
        /// Reflection at the outermost pixels.
        case reflection
        /// The outermost pixels, repeated.
        case replication
    }

    /// Pads the image to a larger size, with its upper left corner at `x`, `y`.
    public func padded(
        toWidth newWidth: Int, height newHeight: Int, x: Int, y: Int, by padding: Padding = .reflection
    ) -> Image {
        precondition(x >= 0 && y >= 0 && x + width <= newWidth && y + height <= newHeight)
        if (newWidth, newHeight) == (width, height) { return self }
        func source(_ place: Int, _ extent: Int) -> Int {
            if padding == .replication { return min(max(place, 0), extent - 1) }
            guard extent > 1 else { return 0 }
            let period = 2 * (extent - 1)
            let folded = (place % period + period) % period
            return folded < extent ? folded : period - folded
        }
        let columns = (0..<newWidth).map { source($0 - x, width) }
        var result: [UInt8] = []
        result.reserveCapacity(newWidth * newHeight * channels)
        for row in 0..<newHeight {
            let start = source(row - y, height) * width
            for column in columns {
                let pixel = (start + column) * channels
                result += pixels[pixel..<pixel + channels]
            }
        }
        return Image(width: newWidth, height: newHeight, channels: channels, pixels: result)
    }

    /// The image mirrored left to right.
    public func flippedHorizontally() -> Image { upright(from: .mirrored) }

    /// Copies an image of as many channels onto this one, with its upper left corner at `x`, `y`.
    public mutating func place(_ image: Image, x: Int, y: Int) {
        precondition(
            image.channels == channels && x >= 0 && y >= 0
                && x + image.width <= width && y + image.height <= height)
        let count = image.width * channels
        for row in 0..<image.height {
            let start = ((y + row) * width + x) * channels
            pixels.replaceSubrange(
                start..<start + count, with: image.pixels[row * count..<(row + 1) * count])
        }
    }
}
