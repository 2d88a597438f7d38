#include "CStudioWeb.h"

static const unsigned char page_css[] = {
#embed "../Studio/Web/latents/page.css"
};
static const unsigned char page_html[] = {
#embed "../Studio/Web/latents/page.html"
};
static const unsigned char page_js[] = {
#embed "../Studio/Web/latents/page.js"
};

const struct web_file *latents_files(void) {
    static const struct web_file files[] = {
        {"latents/page.css", page_css, sizeof page_css},
        {"latents/page.html", page_html, sizeof page_html},
        {"latents/page.js", page_js, sizeof page_js},
        {NULL, NULL, 0},
    };
    return files;
}
