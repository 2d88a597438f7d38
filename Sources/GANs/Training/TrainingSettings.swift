import Foundation

/// Everything that the course of a training depends on besides the images.
public protocol TrainingSettings: Codable, Hashable, Sendable {
    /// Throws if no training can be made from these settings.
    func validate() throws(ConfigurationError)
}

extension TrainingSettings {
    /// In words, what is set otherwise here than in another configuration: `width 64, not 32`.
    public func differences(from other: Self) -> [String] {
        let (own, others) = (settings, other.settings)
        let names = Set(own.keys).union(others.keys).sorted()
        let differences = names.compactMap { key -> String? in
            let (value, otherValue) = (own[key] ?? "none", others[key] ?? "none")
            let name = key.split(separator: ".").last ?? ""
            return value == otherValue ? nil : "\(name) \(value), not \(otherValue)"
        }
        // What differs in both optimizers alike is said once.
        return differences.enumerated().filter { !differences[..<$0.offset].contains($0.element) }
            .map(\.element)
    }

    /// All settings by the path of their names in JSON.
    public var settings: [String: String] {
        var result: [String: String] = [:]
        func collect(_ value: Any, _ path: String) {
            func under(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
            if let object = value as? [String: Any] {
                for (key, value) in object { collect(value, under(key)) }
            } else if let list = value as? [String] {
                result[path] = list.joined(separator: ", ")
            } else if let list = value as? [Any] {
                for value in list { collect(value, path) }
            } else if let number = value as? NSNumber, String(cString: number.objCType) == "c" {
                // How Foundation keeps a boolean.
                result[path] = "\(number.boolValue)"
            } else {
                result[path] = "\(value)"
            }
        }
        if let data = try? JSONEncoder().encode(self),
            let json = try? JSONSerialization.jsonObject(with: data)
        {
            collect(json, "")
        }
        return result
    }
}
