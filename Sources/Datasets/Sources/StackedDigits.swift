import Checkpoints
import Files
import Images
import Kernels

/// Stacked MNIST: images whose red, green and blue channels are a digit each, drawn independently.
///
/// The 1000 combinations are modes that can be counted.
///
/// - Source: Metz et al. 2017, "Unrolled generative adversarial networks".
public enum StackedDigits {
    /// Writes images to a NumPy array of uint8, `[count, height, width, 3]`, a few at a time.
    ///
    /// The same seed gives the same file. An array that was there before is replaced.
    ///
    /// - Parameters:
    ///   - folder: with MNIST's IDX files; only those of the training images are read.
    ///   - progress: called now and then with the number of images written.
    /// - Throws: `DatasetError` if the folder holds no training images, `FileError` if the array cannot be
    ///   written; then nothing is left behind.
    public static func write(
        count: Int, from folder: String, to path: String, seed: UInt64 = 0,
        progress: (_ done: Int) -> Void = { _ in }
    ) throws {
        precondition(count > 0, "an array of no images")
        guard let digits = try openIDXSource(folder, .training) else {
            throw DatasetError.noIDXFiles(of: .training, folder: folder)
        }
        var stream = RandomStream(seed: seed, purpose: .samplingOrder)
        func digit() throws -> Image { try digits.image(at: stream.integer(in: 0..<digits.count)) }
        let first = try digits.image(at: 0)
        var array = try NumpyWriter(
            path: path, shape: [count, first.height, first.width, 3], type: .uint8)
        for index in 0..<count {
            try array.append(interleaved(digit(), digit(), digit()))
            if (index + 1) % 1000 == 0 || index + 1 == count { progress(index + 1) }
        }
        try array.commit()
    }

    /// The samples of three gray images, interleaved as the channels of one.
    private static func interleaved(_ red: Image, _ green: Image, _ blue: Image) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 3 * red.pixels.count) { samples, initializedCount in
            for (channel, image) in [red, green, blue].enumerated() {
                for (pixel, sample) in image.pixels.enumerated() { samples[3 * pixel + channel] = sample }
            }
            initializedCount = 3 * red.pixels.count
        }
    }
}
