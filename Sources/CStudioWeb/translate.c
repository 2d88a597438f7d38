#include "CStudioWeb.h"

static const unsigned char label_board_js[] = {
#embed "../Studio/Web/translate/label-board.js"
};
static const unsigned char line_board_js[] = {
#embed "../Studio/Web/translate/line-board.js"
};
static const unsigned char page_css[] = {
#embed "../Studio/Web/translate/page.css"
};
static const unsigned char page_html[] = {
#embed "../Studio/Web/translate/page.html"
};
static const unsigned char page_js[] = {
#embed "../Studio/Web/translate/page.js"
};
static const unsigned char palette_js[] = {
#embed "../Studio/Web/translate/palette.js"
};
static const unsigned char pen_js[] = {
#embed "../Studio/Web/translate/pen.js"
};
static const unsigned char photo_board_js[] = {
#embed "../Studio/Web/translate/photo-board.js"
};
static const unsigned char result_js[] = {
#embed "../Studio/Web/translate/result.js"
};
static const unsigned char session_js[] = {
#embed "../Studio/Web/translate/session.js"
};
static const unsigned char undo_js[] = {
#embed "../Studio/Web/translate/undo.js"
};

const struct web_file *translate_files(void) {
    static const struct web_file files[] = {
        {"translate/label-board.js", label_board_js, sizeof label_board_js},
        {"translate/line-board.js", line_board_js, sizeof line_board_js},
        {"translate/page.css", page_css, sizeof page_css},
        {"translate/page.html", page_html, sizeof page_html},
        {"translate/page.js", page_js, sizeof page_js},
        {"translate/palette.js", palette_js, sizeof palette_js},
        {"translate/pen.js", pen_js, sizeof pen_js},
        {"translate/photo-board.js", photo_board_js, sizeof photo_board_js},
        {"translate/result.js", result_js, sizeof result_js},
        {"translate/session.js", session_js, sizeof session_js},
        {"translate/undo.js", undo_js, sizeof undo_js},
        {NULL, NULL, 0},
    };
    return files;
}
