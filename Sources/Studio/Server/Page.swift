import CStudioWeb
import Foundation

/// A page of the studio.
///
/// It lies in a folder of its name in `Sources/Studio/Web`: `page.html`, which is put into the shared shell, `page.css`,
/// `page.js` and what that imports, each embedded by a few lines in `Sources/CStudioWeb/NAME.c`. Below `/api/NAME/` it
/// answers its script.
protocol Page: Sendable {
    /// Of its folder and its address.
    static var name: String { get }
    /// In the navigation.
    static var title: String { get }
    /// Its files.
    static var files: UnsafePointer<web_file>? { get }
    /// Adds what its script asks for.
    static func addRoutes(to routes: inout Routes, _ studio: StudioContext)
}

/// All pages.
enum Pages {
    /// A line a page, in the order of the navigation.
    static let all: [any Page.Type] = [
        ArenaPage.self,
        RunsPage.self,
        LatentsPage.self,
        TranslatePage.self,
    ]
}

extension Page {
    /// The whole page: the shared shell around its own part.
    static var html: Data {
        let navigation = Pages.all.map { page in
            "<a href=\"/\(page.name)\"\(page == self ? " aria-current=\"page\"" : "")>\(page.title)</a>"
        }
        let html = WebFiles.text("shared/shell.html")
            .replacing("{{name}}", with: name)
            .replacing("{{title}}", with: title)
            .replacing("{{navigation}}", with: navigation.joined(separator: "\n"))
            .replacing("{{page}}", with: WebFiles.text("\(name)/page.html"))
        return Data(html.utf8)
    }
}
