import Checkpoints
import Files
import Foundation
import GANs
import Images

/// Where samples go, told by the path's form.
enum SampleOutput {
    case grid(path: String, columns: Int?)
    case array(path: String)
    case folder(path: String)

    init(path: String, columns: Int?, count: Int, family: any NetworkFamily) throws {
        let name = path.lowercased()
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if path.hasSuffix("/") || (exists && isFolder.boolValue) {
            self = .folder(path: path)
        } else if name.hasSuffix(".png") {
            let pixels = count * family.size * family.size
            guard pixels <= Picture.maximumPixels else {
                throw CommandError(
                    "a grid of \(count) pictures is too large; give --out folder/ or --out x.npy")
            }
            self = .grid(path: path, columns: columns)
        } else if name.hasSuffix(".npy") {
            self = .array(path: path)
        } else {
            throw CommandError("--out \(path): give grid.png, x.npy, or a folder's name that ends in /")
        }
    }

    func write(_ pictures: [Picture], names: [String]) throws {
        switch self {
        case .grid(let path, let columns):
            let single = pictures.count == 1 ? pictures.first : nil
            try (single ?? Picture.grid(pictures, columns: columns)).writePNG(to: path)
            print("\(pictures.count) picture\(pictures.count == 1 ? "" : "s") in \(path)")
        case .array(let path):
            guard let first = pictures.first else { return }
            try NumpyArray(
                shape: [pictures.count, first.height, first.width, first.channels],
                values: pictures.flatMap(\.pixels)
            ).write(to: path)
            print("Array of shape \([pictures.count, first.height, first.width, first.channels]) in \(path)")
        case .folder(let path):
            let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
            try makeFolder(folder)
            for (picture, name) in zip(pictures, names) {
                try picture.writePNG(to: folder + "/\(name).png")
            }
            print("\(pictures.count) picture\(pictures.count == 1 ? "" : "s") in \(folder)")
        }
    }
}
