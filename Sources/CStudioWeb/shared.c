#include "CStudioWeb.h"

static const unsigned char shell[] = {
#embed "../Studio/Web/shared/shell.html"
};
static const unsigned char style[] = {
#embed "../Studio/Web/shared/studio.css"
};
static const unsigned char api[] = {
#embed "../Studio/Web/shared/api.js"
};
static const unsigned char theme[] = {
#embed "../Studio/Web/shared/theme.js"
};
static const unsigned char live_socket[] = {
#embed "../Studio/Web/shared/socket.js"
};
static const unsigned char face[] = {
#embed "../Studio/Web/shared/face.png"
};

const struct web_file *shared_files(void) {
    static const struct web_file files[] = {
        {"shared/shell.html", shell, sizeof shell},
        {"shared/studio.css", style, sizeof style},
        {"shared/api.js", api, sizeof api},
        {"shared/theme.js", theme, sizeof theme},
        {"shared/socket.js", live_socket, sizeof live_socket},
        {"shared/face.png", face, sizeof face},
        {NULL, NULL, 0},
    };
    return files;
}
