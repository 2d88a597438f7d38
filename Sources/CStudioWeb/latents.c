#include "CStudioWeb.h"

static const unsigned char page[] = {
#embed "../Studio/Web/latents/page.html"
};
static const unsigned char style[] = {
#embed "../Studio/Web/latents/page.css"
};
static const unsigned char script[] = {
#embed "../Studio/Web/latents/page.js"
};

const struct web_file *latents_files(void) {
    static const struct web_file files[] = {
        {"latents/page.html", page, sizeof page},
        {"latents/page.css", style, sizeof style},
        {"latents/page.js", script, sizeof script},
        {NULL, NULL, 0},
    };
    return files;
}
