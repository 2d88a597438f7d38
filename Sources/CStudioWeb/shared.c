#include "CStudioWeb.h"

static const unsigned char api_js[] = {
#embed "../Studio/Web/shared/api.js"
};
static const unsigned char dom_js[] = {
#embed "../Studio/Web/shared/dom.js"
};
static const unsigned char face_png[] = {
#embed "../Studio/Web/shared/face.png"
};
static const unsigned char pixels_js[] = {
#embed "../Studio/Web/shared/pixels.js"
};
static const unsigned char plot_js[] = {
#embed "../Studio/Web/shared/plot.js"
};
static const unsigned char saving_js[] = {
#embed "../Studio/Web/shared/saving.js"
};
static const unsigned char shell_html[] = {
#embed "../Studio/Web/shared/shell.html"
};
static const unsigned char socket_js[] = {
#embed "../Studio/Web/shared/socket.js"
};
static const unsigned char studio_css[] = {
#embed "../Studio/Web/shared/studio.css"
};
static const unsigned char theme_js[] = {
#embed "../Studio/Web/shared/theme.js"
};
static const unsigned char transport_js[] = {
#embed "../Studio/Web/shared/transport.js"
};

const struct web_file *shared_files(void) {
    static const struct web_file files[] = {
        {"shared/api.js", api_js, sizeof api_js},
        {"shared/dom.js", dom_js, sizeof dom_js},
        {"shared/face.png", face_png, sizeof face_png},
        {"shared/pixels.js", pixels_js, sizeof pixels_js},
        {"shared/plot.js", plot_js, sizeof plot_js},
        {"shared/saving.js", saving_js, sizeof saving_js},
        {"shared/shell.html", shell_html, sizeof shell_html},
        {"shared/socket.js", socket_js, sizeof socket_js},
        {"shared/studio.css", studio_css, sizeof studio_css},
        {"shared/theme.js", theme_js, sizeof theme_js},
        {"shared/transport.js", transport_js, sizeof transport_js},
        {NULL, NULL, 0},
    };
    return files;
}
