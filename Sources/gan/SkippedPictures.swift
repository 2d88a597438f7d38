import Datasets
import Foundation

/// Tells of pictures that are left out, each in a line beside the output.
func tell(ofSkipped skipped: [SkippedPicture]) {
    for picture in skipped {
        FileHandle.standardError.write(Data("Skipped \(picture.file): \(picture.reason)\n".utf8))
    }
}
