import Images

/// The format that all images of a data set are converted to.
public struct ImageFormat: Codable, Hashable, Sendable {
    /// In pixels.
    public var width: Int
    /// In pixels.
    public var height: Int
    /// 1 gray, 3 red green blue, 4 red green blue alpha.
    public var channels: Int
    /// How images of another aspect ratio are fitted.
    public var fit: FitMode
    /// How images are resampled: label maps by the nearest pixel.
    public var resampling = Resampling.smooth

    /// Resampling is not stored: stored formats are those of images, which are resampled smoothly.
    private enum CodingKeys: CodingKey { case width, height, channels, fit }

    /// Creates a format; `width` and `height` in pixels.
    public init(
        width: Int, height: Int, channels: Int, fit: FitMode = .crop, resampling: Resampling = .smooth
    ) {
        precondition(
            width > 0 && height > 0 && [1, 3, 4].contains(channels),
            "a format needs a positive size and 1, 3 or 4 channels")
        self.width = width
        self.height = height
        self.channels = channels
        self.fit = fit
        self.resampling = resampling
    }

    /// A format of a size.
    public init(size: ImageSize, channels: Int, fit: FitMode = .crop, resampling: Resampling = .smooth) {
        self.init(
            width: size.width, height: size.height, channels: channels, fit: fit, resampling: resampling)
    }

    /// Width and height.
    public var size: ImageSize { ImageSize(width: width, height: height) }

    /// Bytes of one image.
    public var byteCount: Int { width * height * channels }

    /// Converts an image to this format; transparency is flattened onto white unless the format has 4
    /// channels.
    ///
    /// Channels come first, so that colors hidden under transparency do not bleed in when resized.
    public func apply(to image: Image) -> Image {
        image.converted(toChannels: channels).fitted(
            width: width, height: height, mode: fit, resampling)
    }
}
