import Checkpoints
import Files
import Images
import Kernels

/// Stacked MNIST: pictures whose red, green and blue channels are a digit each, drawn independently. Its
/// 1000 combinations are modes that can be counted.
///
/// - Source: Metz et al. 2017, "Unrolled generative adversarial networks".
public enum StackedDigits {
    /// Writes pictures to a NumPy array of uint8, `[count, height, width, 3]`, a few at a time.
    ///
    /// The same seed gives the same file. An array that was there before is replaced.
    ///
    /// - Parameters:
    ///   - folder: with MNIST's IDX files; only those of the training pictures are read.
    ///   - progress: told now and then how many pictures are written.
    /// - Throws: `DatasetError` if the folder holds no training pictures, `FileError` if the array cannot be
    ///   written; then nothing is left behind.
    public static func write(
        count: Int, from folder: String, to path: String, seed: UInt64 = 0,
        progress: (_ done: Int) -> Void = { _ in }
    ) throws {
        precondition(count > 0, "an array of no pictures")
        guard let digits = try openIDXSource(folder, .training) else {
            throw DatasetError.noIDXFiles(of: .training, folder: folder)
        }
        var stream = RandomStream(seed: seed, purpose: .samplingOrder)
        func digit() throws -> Picture {
            try digits.picture(at: Int(stream.next().multipliedFullWidth(by: UInt64(digits.count)).high))
        }
        let first = try digits.picture(at: 0)
        var array = try NumpyWriter(
            path: path, shape: [count, first.height, first.width, 3], type: .uint8)
        for index in 0..<count {
            try array.append(interleaved(digit(), digit(), digit()))
            if (index + 1) % 1000 == 0 || index + 1 == count { progress(index + 1) }
        }
        try array.commit()
    }

    /// The samples of three gray pictures as one picture's channels.
    private static func interleaved(_ red: Picture, _ green: Picture, _ blue: Picture) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 3 * red.pixels.count) { samples, initializedCount in
            for (channel, picture) in [red, green, blue].enumerated() {
                for (pixel, sample) in picture.pixels.enumerated() { samples[3 * pixel + channel] = sample }
            }
            initializedCount = 3 * red.pixels.count
        }
    }
}
