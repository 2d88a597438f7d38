import Files

/// The classes of images by the folders that they lie in: where all lie in two or more folders, the first-level folder
/// is an image's class.
struct FolderClasses {
    /// An index into `names` for each image; nil without classes.
    var labels: [Int]?
    var names: [String] = []
    /// Remarks for the user.
    var notes: [String] = []

    /// - Parameters:
    ///   - files: the images' paths.
    ///   - root: the folder that they are relative to.
    init(of files: [String], in root: String) {
        let folders = files.map { file in
            file.firstIndex(of: "/").map { String(file[..<$0]) }
        }
        let names = Set(folders.compactMap { $0 }).sorted()
        let atTop = folders.count { $0 == nil }
        if names.isEmpty { return }
        if atTop > 0 {
            notes = ["No classes, because \(atTop) of the images lie beside the subfolders, not in them."]
        } else if names.count == 1 {
            notes = [
                "No classes, because all images lie in one subfolder; for classes by the folders below it give "
                    + "\(join(root, names[0]))."
            ]
        } else {
            let indices = Dictionary(uniqueKeysWithValues: zip(names, 0...))
            labels = folders.map { indices[$0!]! }
            self.names = names
            notes = Self.notesOnSpellings(folders.compactMap { $0 })
        }
    }

    /// Of names that differ in bytes alone, such as an accent that is one letter with its base or one by itself.
    private static func notesOnSpellings(_ names: [String]) -> [String] {
        var spellings: [String: Set<[UInt8]>] = [:]
        for name in names { spellings[name, default: []].insert(Array(name.utf8)) }
        return spellings.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { name, spellings in
            "\(spellings.count) subfolders are called \(name), spelled in different bytes (Unicode normalization); "
                + "they are one class."
        }
    }
}
