from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("whatsapp", "0028_claims_of_passes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="salonsettings",
            name="about",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Как пройти, вход и этаж, лифт, парковка, оплата, рассрочка, предоплата, "
                "сертификаты, вай-фай, кофе, душ, туалет, что взять с собой, дети, питомцы, стерильность, "
                "гарантия, примеры работ: каждое с новой строки",
                verbose_name="что отвечать о салоне",
            ),
        ),
    ]
