extension Image {
    /// Whether the last channel is alpha.
    public var hasAlpha: Bool { channels == 2 || channels == 4 }

    /// Converts the image to gray or color, with or without alpha.
    ///
    /// Color becomes gray by its luma, gray becomes color by repetition. Where alpha is dropped, the image is
    /// composited over `background`; where it is added, the image is opaque.
    /// - Source: Rec. ITU-R BT.601, luma = 0.299 red + 0.587 green + 0.114 blue.
    /// - Parameters:
    ///   - newChannels: 1 to 4, as `channels`.
    ///   - background: red, green and blue; white by default.
    public func converted(toChannels newChannels: Int, background: [UInt8] = [255, 255, 255]) -> Image {
        precondition((1...4).contains(newChannels) && background.count == 3)
        let colored = newChannels >= 3
        let recolored = colored == (channels >= 3) ? self : colored ? withGrayAsColor() : withLuma()
        let transparent = newChannels % 2 == 0
        guard transparent != hasAlpha else { return recolored }
        if transparent { return recolored.withOpaqueAlpha() }
        return recolored.composited(
            over: colored ? background : [luma(background[0], background[1], background[2])])
    }

    /// An image of the same size whose pixels `body` computes, from a pointer to a pixel's samples to
    /// another.
    private func mapPixels(
        toChannels newChannels: Int,
        _ body: (_ from: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<UInt8>) -> Void
    ) -> Image {
        let mapped = [UInt8](unsafeUninitializedCapacity: width * height * newChannels) { target, count in
            pixels.withUnsafeBufferPointer { source in
                for pixel in 0..<width * height {
                    body(source.baseAddress! + pixel * channels, target.baseAddress! + pixel * newChannels)
                }
            }
            count = width * height * newChannels
        }
        return Image(width: width, height: height, channels: newChannels, pixels: mapped)
    }

    private func withGrayAsColor() -> Image {
        let hasAlpha = hasAlpha
        return mapPixels(toChannels: channels + 2) { from, to in
            for channel in 0..<3 { to[channel] = from[0] }
            if hasAlpha { to[3] = from[1] }
        }
    }

    private func withLuma() -> Image {
        let hasAlpha = hasAlpha
        return mapPixels(toChannels: channels - 2) { from, to in
            to[0] = luma(from[0], from[1], from[2])
            if hasAlpha { to[1] = from[3] }
        }
    }

    private func withOpaqueAlpha() -> Image {
        let channels = channels
        return mapPixels(toChannels: channels + 1) { from, to in
            for channel in 0..<channels { to[channel] = from[channel] }
            to[channels] = 255
        }
    }

    private func composited(over background: [UInt8]) -> Image {
        let colors = channels - 1
        return mapPixels(toChannels: colors) { from, to in
            let alpha = Int(from[colors])
            for channel in 0..<colors {
                let sum = Int(from[channel]) * alpha + Int(background[channel]) * (255 - alpha)
                to[channel] = UInt8((sum + 127) / 255)
            }
        }
    }
}

/// The luma of ITU-R BT.601 in 16-bit fixed point; the weights sum to 65536, so that white stays white.
private func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let sum = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue)
    return UInt8((sum + 32768) >> 16)
}
