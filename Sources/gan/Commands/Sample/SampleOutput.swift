import Checkpoints
import Files
import Foundation
import GANs
import Images

/// Where samples go, told by the path's form: written as they come, but for a grid, so that memory
/// stays small.
final class SampleOutput {
    private enum Form { case grid, array, folder }

    private let form: Form
    private let path: String
    private let columns: Int?
    private let shape: [Int]
    private var array: NumpyWriter?
    private var gathered: [Image] = []
    private let origin: ImageOrigin?

    /// - Parameters:
    ///   - count: of the images that will be added.
    ///   - origin: what PNG files tell.
    init(
        path: String, columns: Int?, count: Int, model: any LatentModelConfiguration, origin: ImageOrigin?
    ) throws {
        let name = path.lowercased()
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        (self.columns, self.origin) = (columns, origin)
        shape = [count, model.size.height, model.size.width, model.channels]
        if path.hasSuffix("/") || (exists && isFolder.boolValue) {
            (form, self.path) = (.folder, withoutSlash(path))
        } else if name.hasSuffix(".png") {
            (form, self.path) = (.grid, path)
            guard count * model.size.pixelCount <= Image.maximumPixels else {
                throw CommandError(
                    "a grid of \(count) images is too large; give --out folder/ or --out x.npy")
            }
        } else if name.hasSuffix(".npy") {
            (form, self.path) = (.array, path)
            array = try NumpyWriter(path: path, shape: shape, type: .uint8)
        } else {
            throw CommandError("--out \(path): give grid.png, x.npy, or a folder's name that ends in /")
        }
    }

    /// - Parameter names: of the images' files, where each has its own.
    func add(_ images: [Image], names: [String]) throws {
        switch form {
        case .grid: gathered += images
        case .array: for image in images { try array?.append(image.pixels) }
        case .folder:
            try makeFolder(path)
            for (image, name) in zip(images, names) {
                try image.writePNG(to: join(path, "\(name).png"), origin?.with(input: name))
            }
        }
    }

    /// Writes what is left, and says what lies there now.
    func finish() throws {
        switch form {
        case .grid:
            let single = gathered.count == 1 ? gathered.first : nil
            try (single ?? Image.grid(gathered, columns: columns)).writePNG(to: path, origin)
        case .array:
            try array.take()?.commit()
            print("Array of shape \(shape) in \(path)")
            return
        case .folder: break
        }
        print("\(shape[0]) image\(shape[0] == 1 ? "" : "s") in \(path)")
    }
}
