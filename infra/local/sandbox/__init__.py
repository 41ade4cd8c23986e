"""An upstream of synthetic creators that speaks the real providers' wire formats, images and failures included."""
