import Images

/// Pairs or domains of images for image-to-image translation.
public enum AvatarPairs: String, CaseIterable, Sendable {
    /// Pairs of a line drawing and its avatar.
    case outlines
    /// Two unpaired domains: avatars by day, and others by night.
    case night
    /// Pairs for super-resolution: avatars at a quarter of their width and height, and in full; the size is a
    /// multiple of 4.
    case resolutions
}

extension Avatar {
    /// The avatar as a line drawing, gray.
    ///
    /// - Parameter size: the image's side in pixels.
    public func outline(size: Int) -> Image {
        ShapeRenderer.image(of: shapes.flatMap { $0.outlined(size: size) }, size: size).converted(
            toChannels: 1)
    }

    /// The avatar by night: moonlight takes red from all colors, and most of their light.
    ///
    /// - Parameter size: the image's side in pixels.
    public func nightImage(size: Int) -> Image {
        var image = image(size: size)
        // The factors of red, green and blue in 256ths, and the color of the sky that is added.
        let (left, sky) = ([70, 88, 140], [8, 10, 30])
        for index in image.pixels.indices {
            let channel = index % 3
            image.pixels[index] = UInt8(Int(image.pixels[index]) * left[channel] / 256 + sky[channel])
        }
        return image
    }
}

extension Shape {
    /// The shape filled with white and outlined, which covers the lines below; strokes stay lines.
    ///
    /// Light, shade and background are omitted.
    fileprivate func outlined(size: Int) -> [Shape] {
        guard let label, label != .background else { return [] }
        let ink = Color(0x202028)
        // A hundredth of the image, but at least 0.8 pixels.
        let width = max(0.011, 0.8 / Double(size))
        var line = self
        line.paint = .color(ink)
        switch pen {
        case .fill:
            var paper = self
            paper.paint = .color(Color(0xFFFFFF))
            line.pen = .closedStroke(width)
            return [paper, line]
        case .stroke: line.pen = .stroke(width)
        case .closedStroke: line.pen = .closedStroke(width)
        }
        return [line]
    }
}
