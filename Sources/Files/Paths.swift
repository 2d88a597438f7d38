/// The path of a file in a folder; an empty folder is the working folder.
public func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

/// The last component of a path; empty where there is none.
public func lastComponent(of path: String) -> String {
    String(path.split(separator: "/").last ?? "")
}

/// The folder of a path's last component: `.` where the path names none.
public func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A folder's path without the slash at its end; `/` stays what it is.
public func withoutSlash(_ folder: String) -> String {
    folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
}
