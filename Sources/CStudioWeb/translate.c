#include "CStudioWeb.h"

static const unsigned char page[] = {
#embed "../Studio/Web/translate/page.html"
};
static const unsigned char style[] = {
#embed "../Studio/Web/translate/page.css"
};
static const unsigned char script[] = {
#embed "../Studio/Web/translate/page.js"
};
static const unsigned char label_board[] = {
#embed "../Studio/Web/translate/label-board.js"
};
static const unsigned char line_board[] = {
#embed "../Studio/Web/translate/line-board.js"
};
static const unsigned char palette[] = {
#embed "../Studio/Web/translate/palette.js"
};
static const unsigned char pen[] = {
#embed "../Studio/Web/translate/pen.js"
};
static const unsigned char photo_board[] = {
#embed "../Studio/Web/translate/photo-board.js"
};
static const unsigned char result[] = {
#embed "../Studio/Web/translate/result.js"
};
static const unsigned char session[] = {
#embed "../Studio/Web/translate/session.js"
};
static const unsigned char undo[] = {
#embed "../Studio/Web/translate/undo.js"
};

const struct web_file *translate_files(void) {
    static const struct web_file files[] = {
        {"translate/page.html", page, sizeof page},
        {"translate/page.css", style, sizeof style},
        {"translate/page.js", script, sizeof script},
        {"translate/label-board.js", label_board, sizeof label_board},
        {"translate/line-board.js", line_board, sizeof line_board},
        {"translate/palette.js", palette, sizeof palette},
        {"translate/pen.js", pen, sizeof pen},
        {"translate/photo-board.js", photo_board, sizeof photo_board},
        {"translate/result.js", result, sizeof result},
        {"translate/session.js", session, sizeof session},
        {"translate/undo.js", undo, sizeof undo},
        {NULL, NULL, 0},
    };
    return files;
}
