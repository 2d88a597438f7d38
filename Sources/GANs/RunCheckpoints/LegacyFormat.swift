import Foundation

/// Brings what earlier versions wrote into the present form.
package enum LegacyFormat {
    /// The header of a checkpoint of version 1, in which architecture, recipe and data were one object.
    static func upgradedHeader(_ json: Data) throws -> Data {
        guard var header = try object(json), let old = header["configuration"] as? [String: Any] else {
            return json
        }
        for (key, value) in upgraded(training: old) { header[key] = value }
        if var progress = header["progress"] as? [String: Any] {
            progress["augmentation"] = (progress["augmentation"] as? [String: Any]).map(renamed)
            header["progress"] = progress
        }
        return try JSONSerialization.data(withJSONObject: header)
    }

    /// A run's `config.json`, which named images otherwise and held a training of the same old form.
    static func upgradedRecord(_ json: Data) throws -> Data {
        guard var record = try object(json), let old = record["training"] as? [String: Any],
            old["architecture"] != nil
        else { return json }
        record["images"] = record["pictures"]
        record["training"] = upgraded(training: old)
        return try JSONSerialization.data(withJSONObject: record)
    }

    /// Rows of `metrics.jsonl`, in which the discriminator's outputs had other names.
    package static func upgradedRow(_ json: Data) -> Data {
        guard json.range(of: Data("Opinion\"".utf8)) != nil else { return json }
        let line = String(decoding: json, as: UTF8.self)
        return Data(
            line.replacing("\"realOpinion\"", with: "\"realScore\"")
                .replacing("\"fakeOpinion\"", with: "\"fakeScore\"").utf8)
    }

    private static func upgraded(training old: [String: Any]) -> [String: Any] {
        guard var architecture = old["architecture"] as? [String: Any] else { return old }
        let model = architecture.removeValue(forKey: "model")
        let prepared = ["fit", "flip", "heldOut", "cropFrom", "direction"]
        var recipe = old.filter { !(prepared + ["architecture", "seed"]).contains($0.key) }
        recipe["adversarialLoss"] = recipe.removeValue(forKey: "objective")
        if let augmentation = recipe["augmentation"] as? [String: Any] {
            recipe["augmentation"] = augmentation.mapValues { value in
                (value as? [String: Any]).map(renamed) ?? value
            }
        }
        var data = old.filter { prepared.contains($0.key) }
        data["heldOut"] = data["heldOut"] ?? 0
        data["direction"] = data["direction"] ?? "a2b"
        var result: [String: Any] = ["configuration": architecture, "recipe": recipe, "data": data]
        (result["model"], result["seed"]) = (model, old["seed"])
        return result
    }

    private static func renamed(_ augmentation: [String: Any]) -> [String: Any] {
        var augmentation = augmentation
        if let ramp = augmentation.removeValue(forKey: "rampInPictures") {
            augmentation["rampInImages"] = ramp
        }
        return augmentation
    }

    private static func object(_ json: Data) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: json) as? [String: Any]
    }

    /// Names that a tensor of an optimizer's moment had in version 1: after players in the plural, or without the
    /// network's name.
    static func momentNames(
        player: String, moment: String, network: String, parameter: String
    ) -> [String] {
        [
            "optimizer.\(player).\(moment).\(network).\(parameter)",
            "optimizer.\(player)s.\(moment).\(network).\(parameter)",
            "optimizer.\(player).\(moment).\(parameter)",
        ]
    }
}
