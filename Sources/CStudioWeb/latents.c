#include "CStudioWeb.h"

static const unsigned char attributes_js[] = {
#embed "../Studio/Web/latents/attributes.js"
};
static const unsigned char command_js[] = {
#embed "../Studio/Web/latents/command.js"
};
static const unsigned char directions_js[] = {
#embed "../Studio/Web/latents/directions.js"
};
static const unsigned char generator_js[] = {
#embed "../Studio/Web/latents/generator.js"
};
static const unsigned char job_js[] = {
#embed "../Studio/Web/latents/job.js"
};
static const unsigned char mixing_js[] = {
#embed "../Studio/Web/latents/mixing.js"
};
static const unsigned char nearest_js[] = {
#embed "../Studio/Web/latents/nearest.js"
};
static const unsigned char pad_js[] = {
#embed "../Studio/Web/latents/pad.js"
};
static const unsigned char page_css[] = {
#embed "../Studio/Web/latents/page.css"
};
static const unsigned char page_html[] = {
#embed "../Studio/Web/latents/page.html"
};
static const unsigned char page_js[] = {
#embed "../Studio/Web/latents/page.js"
};
static const unsigned char places_js[] = {
#embed "../Studio/Web/latents/places.js"
};
static const unsigned char projection_js[] = {
#embed "../Studio/Web/latents/projection.js"
};
static const unsigned char saving_js[] = {
#embed "../Studio/Web/latents/saving.js"
};
static const unsigned char state_js[] = {
#embed "../Studio/Web/latents/state.js"
};
static const unsigned char walking_js[] = {
#embed "../Studio/Web/latents/walking.js"
};

const struct web_file *latents_files(void) {
    static const struct web_file files[] = {
        {"latents/attributes.js", attributes_js, sizeof attributes_js},
        {"latents/command.js", command_js, sizeof command_js},
        {"latents/directions.js", directions_js, sizeof directions_js},
        {"latents/generator.js", generator_js, sizeof generator_js},
        {"latents/job.js", job_js, sizeof job_js},
        {"latents/mixing.js", mixing_js, sizeof mixing_js},
        {"latents/nearest.js", nearest_js, sizeof nearest_js},
        {"latents/pad.js", pad_js, sizeof pad_js},
        {"latents/page.css", page_css, sizeof page_css},
        {"latents/page.html", page_html, sizeof page_html},
        {"latents/page.js", page_js, sizeof page_js},
        {"latents/places.js", places_js, sizeof places_js},
        {"latents/projection.js", projection_js, sizeof projection_js},
        {"latents/saving.js", saving_js, sizeof saving_js},
        {"latents/state.js", state_js, sizeof state_js},
        {"latents/walking.js", walking_js, sizeof walking_js},
        {NULL, NULL, 0},
    };
    return files;
}
