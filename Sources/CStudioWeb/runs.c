#include "CStudioWeb.h"

static const unsigned char page[] = {
#embed "../Studio/Web/runs/page.html"
};
static const unsigned char style[] = {
#embed "../Studio/Web/runs/page.css"
};
static const unsigned char script[] = {
#embed "../Studio/Web/runs/page.js"
};

const struct web_file *runs_files(void) {
    static const struct web_file files[] = {
        {"runs/page.html", page, sizeof page},
        {"runs/page.css", style, sizeof style},
        {"runs/page.js", script, sizeof script},
        {NULL, NULL, 0},
    };
    return files;
}
